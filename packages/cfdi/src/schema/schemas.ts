import { CFDI_NAMESPACE, STAMP_NAMESPACE } from '../xml/tree.ts';
import { anything, element, schema } from './dsl.ts';
import { INVOICE_TYPES, STAMP_TYPES } from './types.ts';

/**
 * Our own schema of CFDI 4.0, written from Anexo 20. SAT's would make libxml2 stall for seconds on one bad code of a
 * catalogue with 50,000 entries. There is no Addenda in it: it is taken off before, for it may hold anything.
 */
export function invoiceSchema(): string {
  return schema(
    CFDI_NAMESPACE,
    INVOICE_TYPES,
    element('Comprobante', COMPROBANTE, [
      element('InformacionGlobal', 'Periodicidad:periodicity Meses:months Año:year', [], 'optional'),
      element(
        'CfdiRelacionados',
        'TipoRelacion:relation',
        [element('CfdiRelacionado', 'UUID:uuid', [], 'many')],
        'any',
      ),
      element('Emisor', 'Rfc:rfc Nombre:text300 RegimenFiscal:regime FacAtrAdquirente?:attribution'),
      element('Receptor', RECEPTOR),
      element('Conceptos', '', [concepto()]),
      element(
        'Impuestos',
        'TotalImpuestosRetenidos?:amount TotalImpuestosTrasladados?:amount',
        [
          listOf('Retenciones', 'Retencion', 'Impuesto:tax Importe:amount'),
          listOf(
            'Traslados',
            'Traslado',
            'Base:amount Impuesto:tax TipoFactor:factor TasaOCuota?:rate Importe?:amount',
          ),
        ],
        'optional',
      ),
      element('Complemento', '', [anything('any')], 'optional'),
    ]),
  );
}

/** The schema of the stamp, TimbreFiscalDigital 1.1. */
export function stampSchema(): string {
  return schema(
    STAMP_NAMESPACE,
    STAMP_TYPES,
    element(
      'TimbreFiscalDigital',
      'Version:version UUID:uuid FechaTimbrado:localTime RfcProvCertif:companyRfc Leyenda?:legend ' +
        'SelloCFD:anyText NoCertificadoSAT:certificateNumber SelloSAT:anyText',
    ),
  );
}

const COMPROBANTE =
  'Version:version Serie?:text25 Folio?:text40 Fecha:localTime Sello:anyText FormaPago?:paymentForm ' +
  'NoCertificado:certificateNumber Certificado:anyText CondicionesDePago?:text1000 SubTotal:amount ' +
  'Descuento?:amount Moneda:currency TipoCambio?:positive Total:amount TipoDeComprobante:documentType ' +
  'Exportacion:exportation MetodoPago?:paymentMethod LugarExpedicion:postalCode Confirmacion?:confirmation';

const RECEPTOR =
  'Rfc:rfc Nombre:text300 DomicilioFiscalReceptor:postalCode ResidenciaFiscal?:country ' +
  'NumRegIdTrib?:foreignTaxId RegimenFiscalReceptor:regime UsoCFDI:use';

function concepto(): string {
  const customs = element('InformacionAduanera', 'NumeroPedimento:pedimento', [], 'any');
  return element(
    'Concepto',
    'ClaveProdServ:catalogueKey NoIdentificacion?:text100 Cantidad:positive ClaveUnidad:catalogueKey ' +
      'Unidad?:text20 Descripcion:text1000 ValorUnitario:amount Importe:amount Descuento?:amount ' +
      'ObjetoImp:taxObject',
    [
      element(
        'Impuestos',
        '',
        [
          listOf(
            'Traslados',
            'Traslado',
            'Base:positive Impuesto:tax TipoFactor:factor TasaOCuota?:rate Importe?:amount',
          ),
          listOf(
            'Retenciones',
            'Retencion',
            'Base:positive Impuesto:tax TipoFactor:factor TasaOCuota:rate Importe:amount',
          ),
        ],
        'optional',
      ),
      element(
        'ACuentaTerceros',
        'RfcACuentaTerceros:rfc NombreACuentaTerceros:text300 RegimenFiscalACuentaTerceros:regime ' +
          'DomicilioFiscalACuentaTerceros:postalCode',
        [],
        'optional',
      ),
      customs,
      element('CuentaPredial', 'Numero:predial', [], 'any'),
      element('ComplementoConcepto', '', [anything('many')], 'optional'),
      element(
        'Parte',
        'ClaveProdServ:catalogueKey NoIdentificacion?:text100 Cantidad:positive Unidad?:text20 ' +
          'Descripcion:text1000 ValorUnitario?:amount Importe?:amount',
        [customs],
        'any',
      ),
    ],
    'many',
  );
}

function listOf(list: string, item: string, attributes: string): string {
  return element(list, '', [element(item, attributes, [], 'many')], 'optional');
}
