import { X509Certificate } from 'node:crypto';

/** A certificate that SAT gave to a taxpayer or a PAC, with what an invoice says about it. */
export type SealCertificate = {
  readonly x509: X509Certificate;
  /** NoCertificado: the serial number's bytes, which SAT fills with ASCII digits. */
  readonly number: string;
  /** From x500UniqueIdentifier (2.5.4.45), before the `/` of a representative; absent when it is not there once. */
  readonly rfc: string | undefined;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
};

/** Reads DER or PEM; `undefined` unless it is a certificate with an RSA key. */
export function readSealCertificate(bytes: Uint8Array): SealCertificate | undefined {
  const x509 = readX509(bytes);
  if (x509 === undefined || x509.publicKey.asymmetricKeyType !== 'rsa') return undefined;
  return {
    x509,
    number: Buffer.from(x509.serialNumber, 'hex').toString('latin1'),
    rfc: rfcOf(x509),
    validFrom: Date.parse(x509.validFrom),
    validTo: Date.parse(x509.validTo),
  };
}

/** Strict base64, white space apart: Buffer alone would skip over anything. */
export function decodeBase64(text: string): Buffer | undefined {
  const packed = text.replace(/[\x20\t\n\r]+/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(packed) && packed.length % 4 === 0
    ? Buffer.from(packed, 'base64')
    : undefined;
}

function readX509(bytes: Uint8Array): X509Certificate | undefined {
  try {
    const x509 = new X509Certificate(bytes);
    // The key is decoded on first use, and a bad one throws there.
    return x509.publicKey.type === 'public' ? x509 : undefined;
  } catch {
    return undefined;
  }
}

function rfcOf(x509: X509Certificate): string | undefined {
  // The parsed subject, not its one-line form, where a name could be made to look like another field.
  const subject: Readonly<Record<string, unknown>> = { ...x509.toLegacyObject().subject };
  const identifier = subject['x500UniqueIdentifier'];
  return typeof identifier === 'string' ? identifier.split('/')[0]?.trim() : undefined;
}
