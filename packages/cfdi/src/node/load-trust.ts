import { X509Certificate } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { readSealCertificate, type SealCertificate } from '../seals/certificate.ts';
import type { Trust } from '../seals/trust.ts';

/** A trust folder that cannot be used as it is; the message names the file and what is wrong with it. */
export class TrustFolderError extends Error {
  override readonly name = 'TrustFolderError';
  /** The file or folder. */
  readonly path: string;
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

export type TrustFolders = {
  /** SAT_CA_DIR: certificates of authorities, PEM (one or several in a file) or DER. Absent: trust no authority. */
  readonly caDir?: string | undefined;
  /** SAT_CERT_DIR: certificates of PACs as `<20 digits>.cer` or `.pem`. Absent: know no PAC. */
  readonly certDir?: string | undefined;
};

/** Reads the operator's trust. Throws {@link TrustFolderError} rather than trust less than the folders promise. */
export async function loadTrust({ caDir, certDir }: TrustFolders): Promise<Trust> {
  return {
    authorities: caDir === undefined ? [] : await loadAuthorities(caDir),
    pacCertificates: certDir === undefined ? new Map() : await loadPacCertificates(certDir),
  };
}

const CERTIFICATE_EXTENSIONS: ReadonlySet<string> = new Set(['.pem', '.cer', '.crt', '.der']);
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

async function loadAuthorities(dir: string): Promise<readonly X509Certificate[]> {
  const files = await certificateFiles(dir);
  const loaded = await Promise.all(files.map(loadAuthorityFile));
  return loaded.flat();
}

async function loadAuthorityFile(path: string): Promise<readonly X509Certificate[]> {
  const bytes = await readFile(path);
  const blocks = bytes.toString('latin1').match(PEM_BLOCK) ?? [bytes];
  return blocks.map((block) => {
    const certificate = readAuthority(path, block);
    if (!certificate.ca) throw new TrustFolderError(path, 'is not the certificate of an authority');
    return certificate;
  });
}

function readAuthority(path: string, block: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw new TrustFolderError(path, 'is not a certificate in PEM or DER', { cause });
  }
}

async function loadPacCertificates(dir: string): Promise<ReadonlyMap<string, SealCertificate>> {
  const files = await certificateFiles(dir);
  const certificates = await Promise.all(files.map(loadPacFile));
  return new Map(certificates.map((certificate) => [certificate.number, certificate]));
}

async function loadPacFile(path: string): Promise<SealCertificate> {
  const certificate = readSealCertificate(await readFile(path));
  if (certificate === undefined) throw new TrustFolderError(path, 'is not an RSA certificate in PEM or DER');
  const { number } = certificate;
  if (!/^[0-9]{20}$/.test(number) || basename(path, extname(path)) !== number) {
    throw new TrustFolderError(path, `must be named by its certificate number, ${JSON.stringify(number)}`);
  }
  return certificate;
}

/** The files of a folder that must be certificates by their extension, in order of name. At least one. */
async function certificateFiles(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new TrustFolderError(dir, 'cannot be read as a folder', { cause });
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && CERTIFICATE_EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map(({ name }) => join(dir, name));
  if (files.length === 0) throw new TrustFolderError(dir, 'holds no certificate');
  return files.sort();
}
