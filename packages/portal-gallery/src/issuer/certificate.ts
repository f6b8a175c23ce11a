import { createHash, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate of SAT's shape with its private key. All PEM, so that it can be written to a file as it is. */
export type IssuedCertificate = {
  /** The 20 digits that a CFDI quotes as NoCertificado: the serial number's bytes, read as ASCII. */
  readonly number: string;
  /** Of the holder; the authority's own for the authority. */
  readonly rfc: string;
  readonly name: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
};

export type CertificateRequest = {
  readonly number: string;
  readonly rfc: string;
  readonly name: string;
  /** Who acts for a company: SAT writes both RFCs into its certificate, `holder / representative`. */
  readonly representativeRfc?: string;
  /** First and last moment of validity. */
  readonly validity: { readonly from: Date; readonly to: Date };
  /** Who signs; absent: the certificate signs itself and is an authority. */
  readonly authority?: IssuedCertificate;
  /** The holder's key (PEM); a new one where it is left out. */
  readonly privateKeyPem?: string;
};

const newKeyPair = promisify(generateKeyPair);

/** A 2048-bit RSA key, PEM. It comes from node:crypto: node-forge takes seconds for one. */
export async function createPrivateKeyPem(): Promise<string> {
  const { privateKey } = await newKeyPair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** Makes a certificate, and its key where none is given. */
export async function issueCertificate(request: CertificateRequest): Promise<IssuedCertificate> {
  const privateKey = request.privateKeyPem ?? (await createPrivateKeyPem());
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = Buffer.from(request.number, 'ascii').toString('hex');
  certificate.validity.notBefore = request.validity.from;
  certificate.validity.notAfter = request.validity.to;
  certificate.setSubject(subjectOf(request));
  const { authority } = request;
  if (authority === undefined) {
    certificate.setIssuer(certificate.subject.attributes);
    certificate.setExtensions(AUTHORITY_EXTENSIONS);
  } else {
    certificate.setIssuer(forge.pki.certificateFromPem(authority.certificatePem).subject.attributes);
    certificate.setExtensions(HOLDER_EXTENSIONS);
  }
  const signingKey = forge.pki.privateKeyFromPem(authority?.privateKeyPem ?? privateKey);
  certificate.sign(signingKey, forge.md.sha256.create());
  return {
    number: request.number,
    rfc: request.rfc,
    name: request.name,
    certificatePem: forge.pki.certificateToPem(certificate),
    privateKeyPem: privateKey,
  };
}

/** The DER bytes of a PEM certificate: what Certificado holds in base64, and what a `.cer` file of SAT is. */
export function certificateDer(certificatePem: string): Buffer {
  return Buffer.from(certificatePem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}

/**
 * The certificate number of a holder, of SAT's form. It follows from the RFC alone, so a process that restarts with
 * the same authority never gives one number to two holders.
 */
export function certificateNumberFor(rfc: string): string {
  const digest = createHash('sha256').update(rfc, 'utf8').digest();
  return `300010000005${(digest.readUInt32BE(0) % 100_000_000).toString().padStart(8, '0')}`;
}

const AUTHORITY_EXTENSIONS = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  { name: 'subjectKeyIdentifier' },
];

const HOLDER_EXTENSIONS = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
];

/** SAT's layout: the name three times, the RFC in x500UniqueIdentifier; an organisational unit marks a CSD. */
function subjectOf({
  name,
  rfc,
  representativeRfc,
  authority,
}: CertificateRequest): forge.pki.CertificateField[] {
  const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  const field = (type: string, value: string): forge.pki.CertificateField => ({
    type,
    value,
    valueTagClass: utf8,
  });
  const holder = [field('2.5.4.3', name), field('2.5.4.41', name), field('2.5.4.10', name)];
  const identifier = representativeRfc === undefined ? rfc : `${rfc} / ${representativeRfc}`;
  const identified = [...holder, field('2.5.4.45', identifier)];
  return authority === undefined ? identified : [...identified, field('2.5.4.11', 'Sucursal 1')];
}
