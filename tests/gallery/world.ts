import { X509Certificate } from 'node:crypto';
import {
  type CfdiFacts,
  type Receptor,
  type Trust,
  type Verification,
  parseCfdi,
  readSealCertificate,
  verifyCfdi,
} from '@cfdi-live/cfdi';
import type { Ticket } from '@cfdi-live/portal-gallery';
import type { TestPki } from '@cfdi-live/portal-gallery/issuer';

export const escuela: Receptor = {
  rfc: 'EKU9003173C9',
  name: 'ESCUELA KEMPER URGATE',
  postalCode: '42501',
  regime: '601',
  use: 'G03',
};

export const persona: Receptor = {
  rfc: 'CACX7605101P8',
  name: 'XOCHILT CASAS CHAVEZ',
  postalCode: '36257',
  regime: '605',
  use: 'D01',
};

/** Trust in the authority and the PAC of a test PKI. */
export function trustOf(pki: TestPki): Trust {
  const pac = readSealCertificate(Buffer.from(pki.pac.certificatePem))!;
  return {
    authorities: [new X509Certificate(pki.authority.certificatePem)],
    pacCertificates: new Map([[pac.number, pac]]),
  };
}

/** Proves a document as the invoice of a ticket for a receptor, issued by the given company. */
export function prove(
  xml: Buffer,
  expected: { ticket: Ticket; receptor: Receptor; emisorRfc: string; trust: Trust },
): Verification {
  const { ticket, receptor, emisorRfc, trust } = expected;
  const total = ticket.expectedTotal.toFixed(2);
  const ticketDate = ticket.ticketData.date;
  return verifyCfdi(xml, { receptor, total, ticketDate, emisorRfcs: [emisorRfc], now: new Date() }, trust);
}

export function factsOf(xml: Buffer): CfdiFacts {
  const parsed = parseCfdi(xml);
  if (!parsed.ok) throw new Error('not a CFDI');
  return parsed.facts;
}
