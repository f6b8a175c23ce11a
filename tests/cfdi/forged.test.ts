import { NO_TRUST, verifyCfdi } from '@cfdi-live/cfdi';
import {
  createTestPki,
  draftCfdi,
  issueCertificate,
  issueCfdi,
  sealAndStamp,
} from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED, NOW, REQUEST, codesOf, createWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('an invoice that somebody else made', () => {
  it('is rejected when its stamp quotes the number of a PAC that did not seal it', async () => {
    const rogue = await createTestPki({ now: NOW });
    const { xml } = await issueCfdi(rogue, REQUEST);
    const result = world.verify(xml);
    // The rogue PAC quotes the number of the trusted one, whose key did not sign this stamp.
    expect(codesOf(result)).toEqual(['certificate_untrusted', 'stamp_seal_invalid']);
    expect(result.verdict).toBe('rejected');
  });

  it('is consistent and no more when the emisor signed his own certificate', async () => {
    const csd = await world.pki.csdFor(REQUEST.emisor);
    const validity = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
    const selfSigned = await issueCertificate({ ...REQUEST.emisor, number: csd.number, validity });
    const { xml } = sealAndStamp(draftCfdi(REQUEST), { csd: selfSigned, pac: world.pki.pac, stampedAt: NOW });
    const result = world.verify(xml);
    expect(codesOf(result)).toEqual(['certificate_untrusted']);
    expect(result).toMatchObject({ ok: false, verdict: 'consistent_not_authenticated' });
  });

  it('is consistent and no more when the PAC is not known, or nobody is trusted', async () => {
    const withoutPacs = { ...world.trust, pacCertificates: new Map() };
    const unknown = verifyCfdi(world.issued.xml, EXPECTED, withoutPacs);
    expect(codesOf(unknown)).toEqual(['pac_certificate_unknown']);
    expect(unknown.verdict).toBe('consistent_not_authenticated');
    const untrusting = verifyCfdi(world.issued.xml, EXPECTED, NO_TRUST);
    expect(codesOf(untrusting)).toEqual(['certificate_untrusted', 'pac_certificate_unknown']);
    expect(untrusting.verdict).toBe('consistent_not_authenticated');
  });

  it('is not saved by an authority with the same name and another key', async () => {
    const rogue = await createTestPki({ now: NOW });
    const csd = await rogue.csdFor(REQUEST.emisor);
    const { xml } = sealAndStamp(draftCfdi(REQUEST), { csd, pac: world.pki.pac, stampedAt: NOW });
    expect(codesOf(world.verify(xml))).toEqual(['certificate_untrusted']);
  });

  it('is not stamped by a taxpayer: his certificate is no authority and no PAC', async () => {
    const csd = await world.pki.csdFor(REQUEST.emisor);
    const { xml } = sealAndStamp(draftCfdi(REQUEST), { csd, pac: csd, stampedAt: NOW });
    const result = world.verify(xml);
    expect(codesOf(result)).toEqual(['pac_certificate_unknown']);
    expect(result.ok).toBe(false);
  });

  it('is rejected when the certificate had run out', async () => {
    const csd = await world.pki.csdFor(REQUEST.emisor);
    const validity = { from: new Date('2025-01-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') };
    const expired = await issueCertificate({
      ...REQUEST.emisor,
      number: csd.number,
      validity,
      authority: world.pki.authority,
    });
    const { xml } = sealAndStamp(draftCfdi(REQUEST), { csd: expired, pac: world.pki.pac, stampedAt: NOW });
    expect(codesOf(world.verify(xml))).toEqual(['certificate_not_valid_at_date']);
  });
});
