import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrustFolderError, loadTrust } from '@cfdi-live/cfdi/node';
import { certificateDer, createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, createWorld, type World } from './world.ts';

let world: World;
let folders = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A new folder with these files. */
async function folder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const dir = join(world.dir, `folder-${(folders += 1)}`);
  await mkdir(dir);
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(dir, name), content)));
  return dir;
}

describe('loadTrust', () => {
  it('reads what the PKI exports', async () => {
    const { pki, trust } = world;
    expect(trust.authorities.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('CN=AC DE PRUEBAS'),
    ]);
    expect([...trust.pacCertificates]).toMatchObject([[pki.pac.number, { rfc: pki.pac.rfc }]]);
  });

  it('trusts nobody without folders', async () => {
    expect(await loadTrust({})).toEqual({ authorities: [], pacCertificates: new Map() });
  });

  it('reads authorities in PEM, in DER and several in a file, and leaves other files alone', async () => {
    const another = await createTestPki({ now: NOW });
    const pems = [world.pki.authority.certificatePem, another.authority.certificatePem];
    const caDir = await folder({
      'both.pem': `Una\n${pems.join('\nOtra\n')}`,
      'one.CRT': certificateDer(pems[0]!),
      'LEEME.txt': 'nada',
      '.oculto': 'nada',
    });
    expect((await loadTrust({ caDir })).authorities).toHaveLength(3);
  });

  it('reads the certificate of a PAC in PEM too', async () => {
    const { number, certificatePem } = world.pki.pac;
    const certDir = await folder({ [`${number}.pem`]: certificatePem });
    expect([...(await loadTrust({ certDir })).pacCertificates.keys()]).toEqual([number]);
  });

  it.each([
    [
      'a folder that is not there',
      () => Promise.resolve({ caDir: join(world.dir, 'nada') }),
      'nada: cannot be read',
    ],
    ['an empty folder', async () => ({ caDir: await folder({}) }), 'holds no certificate'],
    [
      'a file that is no certificate',
      async () => ({ caDir: await folder({ 'x.pem': 'hola' }) }),
      'x.pem: is not a certificate',
    ],
    [
      'a taxpayer among the authorities',
      async () => ({ caDir: await folder({ 'pac.pem': world.pki.pac.certificatePem }) }),
      'pac.pem: is not the certificate of an authority',
    ],
    [
      'a PAC that is no certificate',
      async () => ({ certDir: await folder({ 'y.cer': 'hola' }) }),
      'y.cer: is not an RSA certificate',
    ],
    [
      'a PAC under another number',
      async () => ({ certDir: await folder({ '30001000000400000099.cer': world.pki.pac.certificatePem }) }),
      'must be named by its certificate number',
    ],
  ])('says what is wrong with %s', async (_, make, message) => {
    const folders = await make();
    const failure = await loadTrust(folders).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrustFolderError);
    expect((failure as TrustFolderError).message).toContain(message);
  });
});
