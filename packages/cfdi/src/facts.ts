import type { Receptor } from './receptor.ts';

/**
 * What an invoice says, in our words. Texts are normalised as the cadena does it; amounts are the decimal strings of
 * the document; times are local without a zone (`2026-11-20T12:30:00`). `undefined`: the document does not say.
 */
export type CfdiFacts = {
  readonly serie: string | undefined;
  readonly folio: string | undefined;
  /** Fecha: local time of `place`. */
  readonly issuedAt: string;
  /** TipoDeComprobante: I is income, an invoice. */
  readonly type: string;
  readonly emisor: { readonly rfc: string; readonly name: string; readonly regime: string };
  readonly receptor: Receptor;
  readonly concepts: readonly ConceptFacts[];
  readonly subtotal: string;
  readonly discount: string | undefined;
  readonly taxes: TaxFacts & {
    readonly totalTransferred: string | undefined;
    readonly totalWithheld: string | undefined;
  };
  /** The totals of the complement implocal, which SAT counts into the total. */
  readonly localTaxes: { readonly transferred: string; readonly withheld: string } | undefined;
  readonly total: string;
  readonly currency: string;
  readonly exchangeRate: string | undefined;
  /** c_FormaPago. */
  readonly paymentForm: string | undefined;
  /** PUE, paid at once; PPD, later. */
  readonly paymentMethod: string | undefined;
  /** LugarExpedicion: a postal code. */
  readonly place: string;
  /** It has InformacionGlobal. */
  readonly isGlobal: boolean;
  readonly certificateNumber: string;
  /** Sello, base64. */
  readonly seal: string;
  readonly stamp: StampFacts | undefined;
};

export type ConceptFacts = {
  /** c_ClaveProdServ. */
  readonly productKey: string;
  readonly identifier: string | undefined;
  readonly quantity: string;
  /** c_ClaveUnidad. */
  readonly unitKey: string;
  readonly unit: string | undefined;
  readonly description: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly discount: string | undefined;
  readonly taxes: TaxFacts;
};

/** Transferred taxes are paid on top (IVA); withheld ones are kept back by the payer. */
export type TaxFacts = { readonly transferred: readonly TaxLine[]; readonly withheld: readonly TaxLine[] };

export type TaxLine = {
  /** c_Impuesto: 001 ISR, 002 IVA, 003 IEPS. */
  readonly tax: string;
  readonly base: string | undefined;
  /** Tasa, Cuota or Exento. */
  readonly factor: string | undefined;
  readonly rate: string | undefined;
  /** Absent when exempt. */
  readonly amount: string | undefined;
};

/** The TimbreFiscalDigital: a PAC's word, for SAT, that the invoice exists. */
export type StampFacts = {
  /** Folio fiscal, upper case. */
  readonly uuid: string;
  /** FechaTimbrado, central time. */
  readonly stampedAt: string;
  /** RfcProvCertif. */
  readonly pacRfc: string;
  /** NoCertificadoSAT: 20 digits. */
  readonly certificateNumber: string;
  /** SelloCFD: must be the invoice's own seal. */
  readonly cfdiSeal: string;
  /** SelloSAT, base64. */
  readonly seal: string;
};
