import type { X509Certificate } from 'node:crypto';
import type { SealCertificate } from './certificate.ts';

/** What the operator trusts. Without it no invoice can be told from one that somebody made up at home. */
export type Trust = {
  /** The authorities whose certificates are believed: SAT's, and in tests one's own. */
  readonly authorities: readonly X509Certificate[];
  /**
   * Certificates of PACs by their 20 digits. Only PACs may be here: with any taxpayer's certificate among them that
   * taxpayer could stamp his own invoices.
   */
  readonly pacCertificates: ReadonlyMap<string, SealCertificate>;
};

/** Trust in nobody: proofs end at `consistent_not_authenticated`. */
export const NO_TRUST: Trust = { authorities: [], pacCertificates: new Map() };

/** Whether one of the trusted authorities issued a certificate. */
export function isIssuedByAuthority({ x509 }: SealCertificate, { authorities }: Trust): boolean {
  return authorities.some(
    (authority) => authority.ca && x509.checkIssued(authority) && x509.verify(authority.publicKey),
  );
}
