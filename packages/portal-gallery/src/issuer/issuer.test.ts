import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAmount, parseCfdi } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateNumberFor } from './certificate.ts';
import { splitIva, type CfdiRequest } from './draft-cfdi.ts';
import { issueCfdi } from './issue-cfdi.ts';
import { mexicoCityTime } from './mexico-time.ts';
import { createTestPki, openTestPki, restoreTestPki, type TestPki } from './test-pki.ts';

const now = new Date('2026-11-20T18:00:00Z');
const emisor = { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' };
const request: CfdiRequest = {
  emisor,
  receptor: {
    rfc: 'CACX7605101P8',
    name: 'XOCHILT CASAS CHAVEZ',
    postalCode: '36257',
    regime: '605',
    use: 'D01',
  },
  total: '99.99',
  issuedAt: now,
};

let pki: TestPki;
let dir: string;
beforeAll(async () => {
  pki = await createTestPki({ now });
  dir = await mkdtemp(join(tmpdir(), 'cfdi-issuer-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function serialOf(pem: string): string {
  return Buffer.from(new X509Certificate(pem).serialNumber, 'hex').toString('ascii');
}

describe('the test PKI', () => {
  it("gives certificates of SAT's shape, issued by its authority", async () => {
    const csd = await pki.csdFor(emisor);
    const certificate = new X509Certificate(csd.certificatePem);
    const authority = new X509Certificate(pki.authority.certificatePem);
    expect(certificate.subject).toContain('x500UniqueIdentifier=EKU9003173C9 / VADA800927DJ3');
    expect(serialOf(csd.certificatePem)).toBe(csd.number);
    expect(csd.number).toMatch(/^[0-9]{20}$/);
    expect(certificate.verify(authority.publicKey) && certificate.checkIssued(authority)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect([authority.ca, certificate.ca]).toEqual([true, false]);
  });

  it('writes an RFC with Ñ into the certificate', async () => {
    const csd = await pki.csdFor({ rfc: 'ÑUÑ920208KL4', name: 'ÑANDÚ' });
    const { subject } = new X509Certificate(csd.certificatePem).toLegacyObject();
    expect(subject).toMatchObject({ x500UniqueIdentifier: 'ÑUÑ920208KL4 / VADA800927DJ3', CN: 'ÑANDÚ' });
  });

  it('gives one CSD to each RFC, even to two who ask at once', async () => {
    const other = { rfc: 'IIA040805DZ4', name: 'INDUSTRIAS' };
    const [first, second] = await Promise.all([pki.csdFor(other), pki.csdFor(other)]);
    expect(first).toBe(second);
    expect(first.number).not.toBe((await pki.csdFor(emisor)).number);
    expect(first.number).toBe(certificateNumberFor(other.rfc));
  });

  it('survives JSON with all of its holders', async () => {
    const csd = await pki.csdFor(emisor);
    const restored = restoreTestPki(JSON.parse(JSON.stringify(pki)));
    expect(restored.authority).toEqual(pki.authority);
    expect(await restored.csdFor(emisor)).toEqual(csd);
  });

  it('opened twice in a folder is the same authority, and nobody else may read its keys', async () => {
    const first = await openTestPki(join(dir, 'pki'), { now });
    const second = await openTestPki(join(dir, 'pki'), { now });
    expect([second.authority, second.pac]).toEqual([first.authority, first.pac]);
    expect((await stat(join(dir, 'pki', 'pki.json'))).mode & 0o077).toBe(0);
  });
});

describe('splitIva', () => {
  it.each(['0.01', '0.02', '1.00', '1.16', '99.99', '1160.00', '123456789.01'])(
    'gives base and IVA that add up to %s',
    (total) => {
      const { base, iva } = splitIva(total);
      expect(formatAmount(base + iva)).toBe(total);
      // Within a cent of the exact tax.
      const exact = (base * 16n) / 100n;
      expect(iva - exact <= 10_000n && exact - iva <= 10_000n).toBe(true);
    },
  );

  it.each(['0', '0.00', '-1', '1.001', '1,160.00', '', 'mil'])('refuses %j', (total) => {
    expect(() => splitIva(total)).toThrow(RangeError);
  });
});

describe('issueCfdi', () => {
  it('issues what was asked for, in the time of Mexico City', async () => {
    const uuid = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
    const issued = await issueCfdi(pki, {
      ...request,
      uuid,
      serie: 'F',
      folio: '77',
      paymentForm: '01',
      place: '64000',
    });
    const parsed = parseCfdi(issued.xml);
    expect(parsed.ok && parsed.facts).toMatchObject({
      serie: 'F',
      folio: '77',
      issuedAt: '2026-11-20T12:00:00',
      emisor,
      receptor: request.receptor,
      subtotal: '86.20',
      taxes: { totalTransferred: '13.79' },
      total: '99.99',
      paymentForm: '01',
      place: '64000',
      stamp: { uuid: uuid.toUpperCase(), pacRfc: pki.pac.rfc },
    });
    expect(issued.uuid).toBe(uuid.toUpperCase());
  });

  it('gives every invoice its own UUID', async () => {
    const [one, two] = await Promise.all([issueCfdi(pki, request), issueCfdi(pki, request)]);
    expect(one.uuid).not.toBe(two.uuid);
  });
});

describe('mexicoCityTime', () => {
  it('is six hours behind UTC, with no summer time, and has a midnight of 00', () => {
    expect(mexicoCityTime(new Date('2026-11-20T18:00:00Z'))).toBe('2026-11-20T12:00:00');
    expect(mexicoCityTime(new Date('2026-07-01T06:00:00Z'))).toBe('2026-07-01T00:00:00');
  });
});
