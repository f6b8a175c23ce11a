import { formatAmount, parseAmount, type Micros } from '@cfdi-live/cfdi';
import { mexicoCityTime } from './mexico-time.ts';
import type { XmlNode } from './xml-writer.ts';

export type CfdiRequest = {
  readonly emisor: {
    readonly rfc: string;
    /** As registered, upper case, without the company type. */
    readonly name: string;
    /** c_RegimenFiscal. */
    readonly regime: string;
  };
  readonly receptor: {
    readonly rfc: string;
    readonly name: string;
    readonly postalCode: string;
    readonly regime: string;
    /** c_UsoCFDI. */
    readonly use: string;
  };
  /** What the ticket says was paid, IVA included: a decimal string with at most two decimals, above zero. */
  readonly total: string;
  /** Moment of issue and of stamping; default: the clock. */
  readonly issuedAt?: Date;
  readonly serie?: string;
  readonly folio?: string;
  /** c_FormaPago; default 04, credit card. */
  readonly paymentForm?: string;
  /** Postal code where it is issued; default 06600. */
  readonly place?: string;
  /** What was sold; default a meal. */
  readonly concept?: Concept;
};

export type Concept = {
  readonly description: string;
  /** c_ClaveProdServ. */
  readonly productKey: string;
  /** c_ClaveUnidad, and the unit's name. */
  readonly unitKey: string;
  readonly unit: string;
};

const MEAL: Concept = {
  description: 'CONSUMO DE ALIMENTOS Y BEBIDAS',
  productKey: '90101501',
  unitKey: 'E48',
  unit: 'Servicio',
};

/** Base and IVA at 16 %, in cents that add up to the total exactly. Throws on a total that is no amount of pesos. */
export function splitIva(total: string): { readonly base: Micros; readonly iva: Micros } {
  const micros = parseAmount(total);
  if (micros === undefined || micros === 0n || micros % CENT !== 0n) {
    throw new RangeError(`not a total in pesos and cents: ${JSON.stringify(total)}`);
  }
  const cents = micros / CENT;
  // Rounded to the nearest cent; the IVA is what is left, within SAT's tolerance of base × 0.16.
  const base = ((cents * 100n + 58n) / 116n) * CENT;
  return { base, iva: micros - base };
}

const CENT = 10_000n;

/** The invoice before anybody has sealed it: no Sello, no certificate, no stamp. Its `Comprobante` element. */
export function draftCfdi(request: CfdiRequest): XmlNode {
  const { emisor, receptor, concept = MEAL } = request;
  const { base, iva } = splitIva(request.total);
  const subtotal = formatAmount(base);
  const tax = formatAmount(iva);
  const transfer = {
    tag: 'cfdi:Traslados',
    attributes: {},
    children: [
      {
        tag: 'cfdi:Traslado',
        attributes: {
          Base: subtotal,
          Impuesto: '002',
          TipoFactor: 'Tasa',
          TasaOCuota: '0.160000',
          Importe: tax,
        },
      },
    ],
  };
  const line = {
    tag: 'cfdi:Concepto',
    attributes: {
      ClaveProdServ: concept.productKey,
      Cantidad: '1',
      ClaveUnidad: concept.unitKey,
      Unidad: concept.unit,
      Descripcion: concept.description,
      ValorUnitario: subtotal,
      Importe: subtotal,
      ObjetoImp: '02',
    },
    children: [{ tag: 'cfdi:Impuestos', attributes: {}, children: [transfer] }],
  };
  return {
    tag: 'cfdi:Comprobante',
    attributes: comprobanteAttributes(request, subtotal),
    children: [
      {
        tag: 'cfdi:Emisor',
        attributes: { Rfc: emisor.rfc, Nombre: emisor.name, RegimenFiscal: emisor.regime },
      },
      {
        tag: 'cfdi:Receptor',
        attributes: {
          Rfc: receptor.rfc,
          Nombre: receptor.name,
          DomicilioFiscalReceptor: receptor.postalCode,
          RegimenFiscalReceptor: receptor.regime,
          UsoCFDI: receptor.use,
        },
      },
      { tag: 'cfdi:Conceptos', attributes: {}, children: [line] },
      { tag: 'cfdi:Impuestos', attributes: { TotalImpuestosTrasladados: tax }, children: [transfer] },
    ],
  };
}

function comprobanteAttributes(request: CfdiRequest, subtotal: string): XmlNode['attributes'] {
  return {
    'xmlns:cfdi': 'http://www.sat.gob.mx/cfd/4',
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:schemaLocation': 'http://www.sat.gob.mx/cfd/4 http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd',
    Version: '4.0',
    Serie: request.serie,
    Folio: request.folio,
    Fecha: mexicoCityTime(request.issuedAt ?? new Date()),
    Sello: '',
    FormaPago: request.paymentForm ?? '04',
    NoCertificado: '',
    Certificado: '',
    SubTotal: subtotal,
    Moneda: 'MXN',
    Total: formatAmount(parseAmount(request.total) ?? 0n),
    TipoDeComprobante: 'I',
    Exportacion: '01',
    MetodoPago: 'PUE',
    LugarExpedicion: request.place ?? '06600',
  };
}
