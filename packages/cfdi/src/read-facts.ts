import { isStamp } from './cadena/complements.ts';
import { normaliseSpace } from './cadena/emit.ts';
import type { CfdiFacts, ConceptFacts, StampFacts, TaxFacts, TaxLine } from './facts.ts';
import { complementOf } from './known-complements.ts';
import { childrenNamed, elementsAt, type XmlElement } from './xml/tree.ts';

export type ReadFacts =
  | { readonly ok: true; readonly facts: CfdiFacts }
  /** `where`: the element or attribute that an invoice cannot do without, as `Receptor/@Rfc`. */
  | { readonly ok: false; readonly where: string };

class Missing extends Error {
  readonly where: string;
  constructor(where: string) {
    super(`missing ${where}`);
    this.where = where;
  }
}

/** Reads the facts of a `Comprobante`. Checks presence alone: forms and bounds are the schema's affair. */
export function readFacts(comprobante: XmlElement): ReadFacts {
  try {
    return { ok: true, facts: factsOf(comprobante) };
  } catch (error) {
    if (error instanceof Missing) return { ok: false, where: error.where };
    throw error;
  }
}

/** Every stamp in the document's Complemento. A genuine invoice has exactly one. */
export function stampsOf(comprobante: XmlElement): readonly XmlElement[] {
  return elementsAt(comprobante, 'Complemento').flatMap(({ children }) => children.filter(isStamp));
}

function factsOf(comprobante: XmlElement): CfdiFacts {
  const emisor = onlyChild(comprobante, 'Emisor');
  const receptor = onlyChild(comprobante, 'Receptor');
  const [taxes] = childrenNamed(comprobante, 'Impuestos');
  const [stamp] = stampsOf(comprobante);
  return {
    serie: optional(comprobante, 'Serie'),
    folio: optional(comprobante, 'Folio'),
    issuedAt: required(comprobante, 'Fecha'),
    type: required(comprobante, 'TipoDeComprobante'),
    emisor: {
      rfc: required(emisor, 'Rfc'),
      name: required(emisor, 'Nombre'),
      regime: required(emisor, 'RegimenFiscal'),
    },
    receptor: {
      rfc: required(receptor, 'Rfc'),
      name: required(receptor, 'Nombre'),
      postalCode: required(receptor, 'DomicilioFiscalReceptor'),
      regime: required(receptor, 'RegimenFiscalReceptor'),
      use: required(receptor, 'UsoCFDI'),
    },
    concepts: elementsAt(comprobante, 'Conceptos', 'Concepto').map(conceptOf),
    subtotal: required(comprobante, 'SubTotal'),
    discount: optional(comprobante, 'Descuento'),
    taxes: {
      ...taxesOf(comprobante),
      totalTransferred: taxes && optional(taxes, 'TotalImpuestosTrasladados'),
      totalWithheld: taxes && optional(taxes, 'TotalImpuestosRetenidos'),
    },
    localTaxes: localTaxesOf(comprobante),
    total: required(comprobante, 'Total'),
    currency: required(comprobante, 'Moneda'),
    exchangeRate: optional(comprobante, 'TipoCambio'),
    paymentForm: optional(comprobante, 'FormaPago'),
    paymentMethod: optional(comprobante, 'MetodoPago'),
    place: required(comprobante, 'LugarExpedicion'),
    isGlobal: childrenNamed(comprobante, 'InformacionGlobal').length > 0,
    certificateNumber: required(comprobante, 'NoCertificado'),
    seal: required(comprobante, 'Sello'),
    stamp: stamp && stampOf(stamp),
  };
}

function conceptOf(concepto: XmlElement): ConceptFacts {
  return {
    productKey: required(concepto, 'ClaveProdServ'),
    identifier: optional(concepto, 'NoIdentificacion'),
    quantity: required(concepto, 'Cantidad'),
    unitKey: required(concepto, 'ClaveUnidad'),
    unit: optional(concepto, 'Unidad'),
    description: required(concepto, 'Descripcion'),
    unitPrice: required(concepto, 'ValorUnitario'),
    amount: required(concepto, 'Importe'),
    discount: optional(concepto, 'Descuento'),
    taxes: taxesOf(concepto),
  };
}

function taxesOf(holder: XmlElement): TaxFacts {
  return {
    transferred: elementsAt(holder, 'Impuestos', 'Traslados', 'Traslado').map(taxLineOf),
    withheld: elementsAt(holder, 'Impuestos', 'Retenciones', 'Retencion').map(taxLineOf),
  };
}

function taxLineOf(line: XmlElement): TaxLine {
  return {
    tax: required(line, 'Impuesto'),
    base: optional(line, 'Base'),
    factor: optional(line, 'TipoFactor'),
    rate: optional(line, 'TasaOCuota'),
    amount: optional(line, 'Importe'),
  };
}

function localTaxesOf(comprobante: XmlElement): CfdiFacts['localTaxes'] {
  const [taxes] = elementsAt(comprobante, 'Complemento').flatMap((complemento) =>
    complemento.children.filter((child) => complementOf(child) === 'implocal'),
  );
  return (
    taxes && {
      transferred: required(taxes, 'TotaldeTraslados'),
      withheld: required(taxes, 'TotaldeRetenciones'),
    }
  );
}

function stampOf(stamp: XmlElement): StampFacts {
  return {
    uuid: required(stamp, 'UUID').toUpperCase(),
    stampedAt: required(stamp, 'FechaTimbrado'),
    pacRfc: required(stamp, 'RfcProvCertif'),
    certificateNumber: required(stamp, 'NoCertificadoSAT'),
    cfdiSeal: required(stamp, 'SelloCFD'),
    seal: required(stamp, 'SelloSAT'),
  };
}

function onlyChild(parent: XmlElement, name: string): XmlElement {
  const [child] = childrenNamed(parent, name);
  if (child === undefined) throw new Missing(name);
  return child;
}

function optional(element: XmlElement, name: string): string | undefined {
  const value = element.attributes.get(name);
  return value === undefined ? undefined : normaliseSpace(value);
}

function required(element: XmlElement, name: string): string {
  const value = optional(element, name);
  if (value === undefined) throw new Missing(`${element.name}/@${name}`);
  return value;
}
