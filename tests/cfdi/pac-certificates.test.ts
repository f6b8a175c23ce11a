import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyCfdi, type Trust } from '@cfdi-live/cfdi';
import { createPacResolver, satCertificateUrl, type CompleteTrust } from '@cfdi-live/cfdi/node';
import { certificateDer, createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, EXPECTED, NOW, REQUEST, type World } from './world.ts';

let world: World;
/** The operator's trust without any PAC. */
let trust: Trust;
let server: Server;
/** What lies in the folder of certificates, by number; and who asked for what. */
const published = new Map<string, Buffer>();
let asked: string[] = [];

beforeAll(async () => {
  world = await createWorld();
  trust = { ...world.trust, pacCertificates: new Map() };
  server = createServer((request, response) => {
    const number = request.url?.slice(1) ?? '';
    asked.push(number);
    const bytes = published.get(number);
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});
beforeEach(() => {
  asked = [];
  published.clear();
  published.set(world.pki.pac.number, certificateDer(world.pki.pac.certificatePem));
});

function resolver(pacRfcs: readonly string[], now?: () => number): CompleteTrust {
  const { port } = server.address() as AddressInfo;
  return createPacResolver({
    pacRfcs,
    urlOf: (number) => `http://127.0.0.1:${port}/${number}`,
    ...(now === undefined ? {} : { now }),
  });
}

const proven = (completed: Trust) => verifyCfdi(world.issued.xml, EXPECTED, completed);

describe('the certificate of a PAC that is not on disk', () => {
  test('is fetched by its number, once, and completes the proof', async () => {
    const complete = resolver([world.pki.pac.rfc]);
    expect(proven(trust).verdict).toBe('consistent_not_authenticated');
    const all = await Promise.all([1, 2, 3].map(() => complete(world.issued.xml, trust)));
    for (const completed of all) expect(proven(completed)).toMatchObject({ ok: true, findings: [] });
    expect(asked).toEqual([world.pki.pac.number]);
  });

  test('is not asked for when the operator has it', async () => {
    expect(await resolver([world.pki.pac.rfc])(world.issued.xml, world.trust)).toBe(world.trust);
    expect(asked).toEqual([]);
  });

  test('of a taxpayer is never believed: he could stamp his own invoices', async () => {
    // He names himself as the PAC of his invoice, and SAT does publish his certificate.
    const csd = await world.pki.csdFor(REQUEST.emisor);
    published.set(csd.number, certificateDer(csd.certificatePem));
    const own = Buffer.from(
      world.xml
        .replace(`RfcProvCertif="${world.pki.pac.rfc}"`, `RfcProvCertif="${csd.rfc}"`)
        .replace(`NoCertificadoSAT="${world.pki.pac.number}"`, `NoCertificadoSAT="${csd.number}"`),
    );
    expect(await resolver([world.pki.pac.rfc])(own, trust)).toBe(trust);
    expect(asked).toEqual([]);
    // Nor when he names a PAC, and the number is his own.
    const borrowed = Buffer.from(
      world.xml.replace(`NoCertificadoSAT="${world.pki.pac.number}"`, `NoCertificadoSAT="${csd.number}"`),
    );
    expect(await resolver([world.pki.pac.rfc])(borrowed, trust)).toBe(trust);
    expect(asked).toEqual([csd.number]);
  });

  test('of another authority, of another number, or that is no certificate, changes nothing', async () => {
    const { number, rfc } = world.pki.pac;
    const another = await createTestPki({ now: NOW });
    for (const bytes of [
      certificateDer(another.pac.certificatePem),
      certificateDer(world.pki.authority.certificatePem),
      Buffer.from('<html>'),
      Buffer.alloc(100_000, 65),
    ]) {
      published.set(number, bytes);
      expect(await resolver([rfc])(world.issued.xml, trust)).toBe(trust);
    }
  });

  test('that could not be had is asked for again after ten minutes', async () => {
    let now = NOW.getTime();
    published.clear();
    const complete = resolver([world.pki.pac.rfc], () => now);
    await complete(world.issued.xml, trust);
    await complete(world.issued.xml, trust);
    expect(asked).toHaveLength(1);
    published.set(world.pki.pac.number, certificateDer(world.pki.pac.certificatePem));
    now += 11 * 60_000;
    expect(proven(await complete(world.issued.xml, trust)).ok).toBe(true);
  });

  test('is not looked for where nobody is named as a PAC, nor for what is no invoice', async () => {
    expect(await resolver([])(world.issued.xml, trust)).toBe(trust);
    expect(await resolver([world.pki.pac.rfc])(Buffer.from('<a/>'), trust)).toBe(trust);
    expect(asked).toEqual([]);
  });

  test('lies where SAT publishes it', () => {
    expect(satCertificateUrl('00001000000406258094')).toBe(
      'https://rdc.sat.gob.mx/rccf/000010/000004/06/25/80/00001000000406258094.cer',
    );
  });
});
