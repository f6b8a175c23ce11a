import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  certificateDer,
  certificateNumberFor,
  createPrivateKeyPem,
  issueCertificate,
  type IssuedCertificate,
} from './certificate.ts';

/** Everything that a PKI is made of, as plain JSON. It holds private keys: of tests only, but still not for logs. */
export type TestPkiState = {
  readonly authority: IssuedCertificate;
  readonly pac: IssuedCertificate;
  readonly csds: readonly IssuedCertificate[];
};

/** Folders of exported trust, in the meaning of the environment variables of the same name. */
export type ExportedTrust = {
  /** SAT_CA_DIR: the authorities, PEM. */
  readonly caDir: string;
  /** SAT_CERT_DIR: the PAC's certificate as `<20 digits>.cer`, DER. */
  readonly certDir: string;
};

/** A small world of certificates: one authority, one PAC, and a CSD for every emisor that asks. */
export type TestPki = {
  readonly authority: IssuedCertificate;
  readonly pac: IssuedCertificate;
  /** The emisor's CSD; the same one each time for an RFC. */
  csdFor(emisor: { readonly rfc: string; readonly name: string }): Promise<IssuedCertificate>;
  /** Writes `ca/` and `certs/` below a folder, which is made if need be. */
  exportTrust(dir: string): Promise<ExportedTrust>;
  toJSON(): TestPkiState;
};

const DAY_MS = 86_400_000;
const COMPANY_RFC_LENGTH = 12;

/**
 * Makes a new authority and PAC, valid from a year before `now` (default: the clock) to four years after. `pacNumber`: another
 * number for the PAC's certificate, where two PKIs meet, for it is known by that alone.
 */
export async function createTestPki(
  options: { readonly now?: Date; readonly pacNumber?: string } = {},
): Promise<TestPki> {
  const now = options.now ?? new Date();
  const validity = {
    from: new Date(now.getTime() - 365 * DAY_MS),
    to: new Date(now.getTime() + 4 * 365 * DAY_MS),
  };
  const authority = await issueCertificate({
    number: '30001000000100000001',
    rfc: 'SAT970701NN3',
    name: 'AC DE PRUEBAS',
    validity,
  });
  const pac = await issueCertificate({
    number: options.pacNumber ?? '30001000000400000001',
    rfc: 'SPR190613I52',
    name: 'PROVEEDOR DE CERTIFICACION DE PRUEBAS',
    validity,
    authority,
  });
  return restoreTestPki({ authority, pac, csds: [] });
}

/** The PKI that a state was taken from; its holders keep their keys. */
export function restoreTestPki(state: TestPkiState): TestPki {
  const { authority, pac } = state;
  const issued = new Map(state.csds.map((csd) => [csd.rfc, csd]));
  const pending = new Map<string, Promise<IssuedCertificate>>();
  // One key for all emisores: making one takes long, and nothing that is tested tells keys apart.
  let key: Promise<string> | undefined;

  const issueCsd = async (rfc: string, name: string): Promise<IssuedCertificate> => {
    const number = certificateNumberFor(rfc);
    key ??= createPrivateKeyPem();
    const csd = await issueCertificate({
      number,
      rfc,
      name,
      ...(rfc.length === COMPANY_RFC_LENGTH ? { representativeRfc: 'VADA800927DJ3' } : {}),
      validity: validityOf(authority),
      authority,
      privateKeyPem: await key,
    });
    issued.set(rfc, csd);
    return csd;
  };

  return {
    authority,
    pac,
    csdFor({ rfc, name }) {
      const known = issued.get(rfc);
      if (known !== undefined) return Promise.resolve(known);
      const csd = pending.get(rfc) ?? issueCsd(rfc, name).finally(() => pending.delete(rfc));
      pending.set(rfc, csd);
      return csd;
    },
    exportTrust: (dir) => exportTrust(dir, authority, pac),
    toJSON: () => ({ authority, pac, csds: [...issued.values()] }),
  };
}

/**
 * The PKI that lives in a folder: made on first use, the same authority and PAC ever after, so that documents and
 * trust folders of an earlier process stay good. CSDs are not kept: a new key under the same authority does as well.
 */
export async function openTestPki(dir: string, options: { readonly now?: Date } = {}): Promise<TestPki> {
  const path = join(dir, 'pki.json');
  const saved = await readIfThere(path);
  if (saved !== undefined) return restoreTestPki(JSON.parse(saved) as TestPkiState);
  const pki = await createTestPki(options);
  await mkdir(dir, { recursive: true });
  await writeFile(path, `${JSON.stringify(pki, null, 2)}\n`, { mode: 0o600 });
  return pki;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function validityOf(certificate: IssuedCertificate): { from: Date; to: Date } {
  const { validFrom, validTo } = new X509Certificate(certificate.certificatePem);
  return { from: new Date(validFrom), to: new Date(validTo) };
}

async function exportTrust(
  dir: string,
  authority: IssuedCertificate,
  pac: IssuedCertificate,
): Promise<ExportedTrust> {
  const caDir = join(dir, 'ca');
  const certDir = join(dir, 'certs');
  await Promise.all([mkdir(caDir, { recursive: true }), mkdir(certDir, { recursive: true })]);
  await writeFile(join(caDir, `${authority.number}.pem`), authority.certificatePem);
  await writeFile(join(certDir, `${pac.number}.cer`), certificateDer(pac.certificatePem));
  return { caDir, certDir };
}
