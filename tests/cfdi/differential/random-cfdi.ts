/**
 * CFDIs made by chance for the cadena: everything that Anexo 20 and the listed complements know, in every number and order,
 * with values that try the white space, the escapes and the absence of each attribute. They need not be valid.
 */
import type { Chance } from './random.ts';

const SAT = 'http://www.sat.gob.mx/';

const NAMESPACES: Readonly<Record<string, string>> = {
  cfdi: `${SAT}cfd/4`,
  tfd: `${SAT}TimbreFiscalDigital`,
  implocal: `${SAT}implocal`,
  aerolineas: `${SAT}aerolineas`,
  leyendasFisc: `${SAT}leyendasFiscales`,
  iedu: `${SAT}iedu`,
  hidro: `${SAT}hidrocarburospetroliferos`,
  donat: `${SAT}donat`,
};

/** As they stand in the file, escapes included. */
const VALUES = [
  'A',
  '',
  ' ',
  '  dos  espacios ',
  'x\ty',
  'x\ny',
  'x\r\ny',
  '&#10;raw&#9;tab&#13;',
  'nb\u00A0sp',
  '\u2003em\u2003',
  '\u0085nel\u2028sep\u3000',
  'Ñandú &amp; Cía',
  '&quot;q&quot; &apos;a&apos; &lt;&gt;',
  'a > b',
  'N\u0303',
  '😀',
  'á|b',
  '||',
  '1160.00',
  '&#241;&#xD1;',
];

/** Which parts came, and how often: a comparison is worth what it has seen. */
export type Coverage = Map<string, number>;

interface Maker {
  chance: Chance;
  coverage: Coverage;
}

type Part = (maker: Maker) => string;

/** One document. `coverage` counts its elements by name. */
export function randomCfdi(chance: Chance, coverage: Coverage): string {
  const maker = { chance, coverage };
  const prefixes = Object.entries(NAMESPACES).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const root = COMPROBANTE(maker).replace('<cfdi:Comprobante', `<cfdi:Comprobante${prefixes.join('')}`);
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
  // Any prefix will do that is bound to the namespace.
  return chance.maybe(0.2) ? text.replaceAll('cfdi:', 'f:').replace('xmlns:cfdi', 'xmlns:f') : text;
}

/** An element by its qualified name, its attributes (`?`: optional) and its children in this order. */
function element(name: string, attributes: string, ...children: readonly Part[]): Part {
  return (maker) => {
    const { chance, coverage } = maker;
    coverage.set(name, (coverage.get(name) ?? 0) + 1);
    const present = attributes
      .split(' ')
      .filter((attribute) => attribute !== '' && chance.maybe(attribute.endsWith('?') ? 0.5 : 0.97))
      .map((attribute) => ` ${attribute.replace('?', '')}="${chance.pick(VALUES)}"`)
      .toSorted(() => chance.next() - 0.5);
    const inside = children.map((child) => child(maker)).join(between(chance));
    return `<${name}${present.join('')}>${inside}</${name}>`;
  };
}

/** What a reader must pass over. */
function between(chance: Chance): string {
  return chance.maybe(0.8) ? '' : chance.pick(['\n  ', '<!-- | -->', '<?pi x="1"?>', '\r\n\t']);
}

function upTo(most: number, part: Part): Part {
  return (maker) => {
    const count = maker.chance.below(most + 1);
    return Array.from({ length: count }, () => part(maker)).join(between(maker.chance));
  };
}

const ADUANA = element('cfdi:InformacionAduanera', 'NumeroPedimento');
const TRASLADO = element('cfdi:Traslado', 'Base Impuesto TipoFactor TasaOCuota? Importe?');

const CONCEPTO = element(
  'cfdi:Concepto',
  'ClaveProdServ NoIdentificacion? Cantidad ClaveUnidad Unidad? Descripcion ValorUnitario Importe Descuento? ObjetoImp',
  upTo(
    1,
    element(
      'cfdi:Impuestos',
      '',
      upTo(1, element('cfdi:Traslados', '', upTo(3, TRASLADO))),
      upTo(
        1,
        element(
          'cfdi:Retenciones',
          '',
          upTo(3, element('cfdi:Retencion', 'Base Impuesto TipoFactor TasaOCuota Importe')),
        ),
      ),
    ),
  ),
  upTo(
    1,
    element(
      'cfdi:ACuentaTerceros',
      'RfcACuentaTerceros NombreACuentaTerceros RegimenFiscalACuentaTerceros DomicilioFiscalACuentaTerceros',
    ),
  ),
  upTo(2, ADUANA),
  upTo(2, element('cfdi:CuentaPredial', 'Numero')),
  upTo(
    1,
    element(
      'cfdi:ComplementoConcepto',
      '',
      upTo(1, element('iedu:instEducativas', 'version nombreAlumno CURP nivelEducativo autRVOE rfcPago?')),
      upTo(1, element('hidro:HidroYPetro', 'Version TipoPermiso NumeroPermiso ClaveHYP SubProductoHYP')),
    ),
  ),
  upTo(
    2,
    element(
      'cfdi:Parte',
      'ClaveProdServ NoIdentificacion? Cantidad Unidad? Descripcion ValorUnitario? Importe?',
      upTo(2, ADUANA),
    ),
  ),
);

const COMPLEMENTO = element(
  'cfdi:Complemento',
  '',
  upTo(
    1,
    element(
      'implocal:ImpuestosLocales',
      'version TotaldeRetenciones TotaldeTraslados',
      upTo(2, element('implocal:RetencionesLocales', 'ImpLocRetenido TasadeRetencion Importe')),
      upTo(2, element('implocal:TrasladosLocales', 'ImpLocTrasladado TasadeTraslado Importe')),
      upTo(1, element('implocal:RetencionesLocales', 'ImpLocRetenido TasadeRetencion Importe')),
    ),
  ),
  upTo(
    1,
    element(
      'aerolineas:Aerolineas',
      'Version TUA',
      upTo(
        1,
        element(
          'aerolineas:OtrosCargos',
          'TotalCargos',
          upTo(3, element('aerolineas:Cargo', 'CodigoCargo Importe')),
        ),
      ),
    ),
  ),
  upTo(
    1,
    element(
      'leyendasFisc:LeyendasFiscales',
      'version',
      upTo(3, element('leyendasFisc:Leyenda', 'disposicionFiscal? norma? textoLeyenda')),
    ),
  ),
  upTo(1, element('donat:Donatarias', 'version noAutorizacion fechaAutorizacion leyenda')),
  upTo(
    1,
    element(
      'tfd:TimbreFiscalDigital',
      'Version UUID FechaTimbrado RfcProvCertif Leyenda? SelloCFD NoCertificadoSAT SelloSAT',
    ),
  ),
);

const COMPROBANTE = element(
  'cfdi:Comprobante',
  'Version Serie? Folio? Fecha Sello FormaPago? NoCertificado Certificado CondicionesDePago? SubTotal Descuento? Moneda ' +
    'TipoCambio? Total TipoDeComprobante Exportacion MetodoPago? LugarExpedicion Confirmacion?',
  upTo(1, element('cfdi:InformacionGlobal', 'Periodicidad Meses Año')),
  upTo(2, element('cfdi:CfdiRelacionados', 'TipoRelacion', upTo(3, element('cfdi:CfdiRelacionado', 'UUID')))),
  element('cfdi:Emisor', 'Rfc Nombre RegimenFiscal FacAtrAdquirente?'),
  element(
    'cfdi:Receptor',
    'Rfc Nombre DomicilioFiscalReceptor ResidenciaFiscal? NumRegIdTrib? RegimenFiscalReceptor UsoCFDI',
  ),
  element('cfdi:Conceptos', '', upTo(4, CONCEPTO)),
  upTo(
    1,
    element(
      'cfdi:Impuestos',
      'TotalImpuestosRetenidos? TotalImpuestosTrasladados?',
      upTo(1, element('cfdi:Retenciones', '', upTo(3, element('cfdi:Retencion', 'Impuesto Importe')))),
      upTo(1, element('cfdi:Traslados', '', upTo(3, TRASLADO))),
    ),
  ),
  upTo(1, COMPLEMENTO),
  upTo(
    1,
    element('cfdi:Addenda', '', () => '<x Total="1">texto</x>'),
  ),
);
