import { verify } from 'node:crypto';
import { buildCadenaOriginal, buildTfdCadena } from '../cadena/build-cadena.ts';
import type { CfdiFacts, StampFacts } from '../facts.ts';
import { isWithin } from '../mexico-time.ts';
import { proofFinding, type ProofFinding } from '../proof-findings.ts';
import { stampsOf } from '../read-facts.ts';
import type { XmlElement } from '../xml/tree.ts';
import { decodeBase64, readSealCertificate, type SealCertificate } from './certificate.ts';
import { isIssuedByAuthority, type Trust } from './trust.ts';

/**
 * Both seals of an invoice: the emisor's over the cadena original by the certificate inside, the PAC's over the
 * stamp's own cadena by a trusted certificate of that number, and that each certificate is the right one.
 */
export function verifySeals(
  comprobante: XmlElement,
  facts: CfdiFacts,
  trust: Trust,
): readonly ProofFinding[] {
  return [...checkEmisorSeal(comprobante, facts, trust), ...checkStamp(comprobante, facts, trust)];
}

/** Enough to see what is wrong; a hostile document could have thousands. */
const MOST_COMPLEMENTS = 20;

function checkEmisorSeal(comprobante: XmlElement, facts: CfdiFacts, trust: Trust): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  const cadena = buildCadenaOriginal(comprobante);
  if (!cadena.ok) {
    findings.push(
      ...cadena.unsupported
        .slice(0, MOST_COMPLEMENTS)
        .map((complement) =>
          proofFinding('unsupported_complement', { complement: complement.slice(0, 160) }),
        ),
    );
  }
  const der = decodeBase64(comprobante.attributes.get('Certificado') ?? '');
  const certificate = der && readSealCertificate(der);
  if (certificate === undefined) return [...findings, proofFinding('certificate_unreadable')];

  const { number, rfc = '' } = certificate;
  if (number !== facts.certificateNumber) {
    findings.push(
      proofFinding('certificate_number_mismatch', { stated: facts.certificateNumber, actual: number }),
    );
  }
  if (rfc !== facts.emisor.rfc) {
    findings.push(proofFinding('certificate_rfc_mismatch', { stated: facts.emisor.rfc, actual: rfc }));
  }
  if (!isValidAt(certificate, facts.issuedAt)) {
    findings.push(proofFinding('certificate_not_valid_at_date', validityValues(certificate, facts.issuedAt)));
  }
  if (cadena.ok && !isSealed(cadena.cadena, facts.seal, certificate)) {
    findings.push(proofFinding('seal_invalid'));
  }
  if (!isIssuedByAuthority(certificate, trust)) findings.push(proofFinding('certificate_untrusted'));
  return findings;
}

function checkStamp(comprobante: XmlElement, facts: CfdiFacts, trust: Trust): readonly ProofFinding[] {
  const [element, ...more] = stampsOf(comprobante);
  if (element === undefined || facts.stamp === undefined) return [proofFinding('stamp_missing')];
  if (more.length > 0) return [proofFinding('stamp_repeated', { count: more.length + 1 })];
  const { stamp } = facts;
  const findings: ProofFinding[] = [];
  if (stamp.cfdiSeal !== facts.seal) findings.push(proofFinding('stamp_of_another_cfdi'));
  const certificate = trust.pacCertificates.get(stamp.certificateNumber);
  if (certificate === undefined) {
    return [...findings, proofFinding('pac_certificate_unknown', { number: stamp.certificateNumber })];
  }
  return [...findings, ...checkPacSeal(element, stamp, certificate, trust)];
}

function checkPacSeal(
  element: XmlElement,
  stamp: StampFacts,
  certificate: SealCertificate,
  trust: Trust,
): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  const { rfc = '', number } = certificate;
  if (rfc !== stamp.pacRfc) {
    findings.push(proofFinding('pac_certificate_rfc_mismatch', { stated: stamp.pacRfc, actual: rfc }));
  }
  if (!isValidAt(certificate, stamp.stampedAt)) {
    findings.push(
      proofFinding('pac_certificate_not_valid_at_date', validityValues(certificate, stamp.stampedAt)),
    );
  }
  if (!isSealed(buildTfdCadena(element), stamp.seal, certificate)) {
    findings.push(proofFinding('stamp_seal_invalid'));
  }
  if (!isIssuedByAuthority(certificate, trust)) {
    findings.push(proofFinding('pac_certificate_untrusted', { number }));
  }
  return findings;
}

function isSealed(cadena: string, seal: string, { x509 }: SealCertificate): boolean {
  const signature = decodeBase64(seal);
  return (
    signature !== undefined && verify('RSA-SHA256', Buffer.from(cadena, 'utf8'), x509.publicKey, signature)
  );
}

function isValidAt({ validFrom, validTo }: SealCertificate, local: string): boolean {
  return isWithin(local, { from: validFrom, to: validTo });
}

function validityValues({ validFrom, validTo }: SealCertificate, at: string): ProofFinding['values'] {
  return { at, from: new Date(validFrom).toISOString(), to: new Date(validTo).toISOString() };
}
