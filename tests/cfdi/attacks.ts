/** Documents that want to cost their reader dear, or to be taken for what they are not. */
import { XML_LIMITS } from '@cfdi-live/cfdi';
import { tamper } from './world.ts';

/** Bytes that an attacker may add to a genuine invoice. */
const ROOM = XML_LIMITS.bytes - 12_000;
const CONCEPTO = /<cfdi:Concepto .*?<\/cfdi:Concepto>/;
const TRASLADO = /<cfdi:Traslado [^>]*\/>/;

function attributes(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(' ');
}

const STUDENT =
  '<i:instEducativas xmlns:i="http://www.sat.gob.mx/iedu" version="1.0" nombreAlumno="A" CURP="BADD110313HCMLNS09"/>';

/** The line of a genuine invoice with complements of its own. */
function withComplements(complements: string): string {
  return `<cfdi:Concepto ClaveProdServ="90101501" Cantidad="1" ClaveUnidad="E48" Descripcion="X" ValorUnitario="1" Importe="1" ObjetoImp="01"><cfdi:ComplementoConcepto>${complements}</cfdi:ComplementoConcepto></cfdi:Concepto>`;
}

function legends(inside: string): string {
  return `<l:LeyendasFiscales xmlns:l="http://www.sat.gob.mx/leyendasFiscales" version="1.0">${inside}</l:LeyendasFiscales>`;
}

/** What it is, how it is made of a genuine invoice (when its turn comes: some are large), and the code that must come first. */
export type Attack = readonly [string, (xml: string) => string, string];

export const ATTACKS: readonly Attack[] = [
  [
    'an external entity',
    (xml) =>
      tamper(xml, /\?>\n/, '?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>').replace(
        'CONSUMO',
        '&x;',
      ),
    'xml_malformed',
  ],
  [
    'a billion laughs',
    (xml) => {
      const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`);
      return tamper(xml, /\?>\n/, `?>\n<!DOCTYPE a [<!ENTITY l0 "ja">${entities.join('')}]>`).replace(
        'CONSUMO',
        '&l9;',
      );
    },
    'xml_malformed',
  ],
  ['200,000 levels', () => '<a>'.repeat(200_000), 'xml_malformed'],
  [
    '200,000 levels in the Addenda',
    (xml) => tamper(xml, '</cfdi:Comprobante>', `<cfdi:Addenda>${'<a>'.repeat(200_000)}`),
    'xml_malformed',
  ],
  ['an attribute of 20 MB', (xml) => tamper(xml, 'CONSUMO DE', 'x'.repeat(20_000_000)), 'xml_malformed'],
  [
    'a web page saved as .xml',
    () => '<!doctype html><html><body>Sesión expirada<br></body></html>',
    'xml_malformed',
  ],
  ['a document cut short', (xml) => xml.slice(0, 2_000), 'xml_malformed'],
  ['nothing', () => '', 'xml_malformed'],
  [
    'bytes of chance',
    () =>
      Array.from({ length: 100_000 }, (_unused, index) => String.fromCharCode((index * 7919) % 251)).join(''),
    'xml_malformed',
  ],
  ['180,000 attributes', () => `<a ${attributes(180_000, (i) => `a${i}=""`)}/>`, 'xml_malformed'],
  ['130,000 namespaces', () => `<a ${attributes(130_000, (i) => `xmlns:a${i}="u"`)}/>`, 'xml_malformed'],
  [
    '100 namespaces at each of 40 levels',
    () => `<a ${attributes(100, (i) => `xmlns:a${i}="u"`)}>`.repeat(40),
    'xml_malformed',
  ],
  ['a tag that never ends', () => `<${'a'.repeat(ROOM)}`, 'xml_malformed'],
  [
    'a comment that never ends',
    (xml) => tamper(xml, '<cfdi:Emisor', `<!--${'- '.repeat(ROOM / 2)}<cfdi:Emisor`),
    'xml_malformed',
  ],
  [
    'a comment as long as may be that never ends',
    (xml) => tamper(xml, '<cfdi:Emisor', `<!--${'- '.repeat(199_000)}<cfdi:Emisor`),
    'xml_malformed',
  ],
  [
    'an instruction of questions',
    (xml) => tamper(xml, '<cfdi:Emisor', `<?a ${'? '.repeat(ROOM / 2)}?><cfdi:Emisor`),
    'xml_malformed',
  ],
  [
    'character data of brackets',
    (xml) => tamper(xml, '</cfdi:Comprobante>', `<cfdi:Addenda><![CDATA[${'] '.repeat(ROOM / 2)}`),
    'xml_malformed',
  ],
  ['380,000 references', (xml) => tamper(xml, 'CONSUMO DE', '&amp;'.repeat(380_000)), 'schema_invalid'],
  ['spaces as far as they go', (xml) => tamper(xml, 'CONSUMO DE', ' '.repeat(ROOM)), 'seal_invalid'],
  ['a description of 2 MB', (xml) => tamper(xml, 'CONSUMO DE', 'x'.repeat(ROOM)), 'schema_invalid'],
  [
    'text cut by 250,000 comments',
    (xml) => tamper(xml, '<cfdi:Emisor', `${'a<!---->'.repeat(250_000)}<cfdi:Emisor`),
    'xml_malformed',
  ],
  [
    'text cut by 49,000 comments',
    (xml) => tamper(xml, '<cfdi:Emisor', `${'a<!---->'.repeat(49_000)}<cfdi:Emisor`),
    'schema_invalid',
  ],
  [
    '19,900 lines that break every rule',
    (xml) => tamper(xml, CONCEPTO, '<cfdi:Concepto a="" b="" c=""/>'.repeat(19_900)),
    'schema_invalid',
  ],
  [
    '19,900 empty lines after a good one',
    (xml) => tamper(xml, CONCEPTO, `$&${'<cfdi:Concepto/>'.repeat(19_900)}`),
    'schema_invalid',
  ],
  [
    '1,500 lines of 100 unknown attributes',
    (xml) => tamper(xml, CONCEPTO, `<cfdi:Concepto ${attributes(100, (i) => `a${i}=""`)}/>`.repeat(1_500)),
    'schema_invalid',
  ],
  [
    '19,000 taxes in one line',
    (xml) => tamper(xml, TRASLADO, '<cfdi:Traslado/>'.repeat(19_000)),
    'schema_invalid',
  ],
  [
    '19,000 related invoices',
    (xml) =>
      tamper(
        xml,
        '<cfdi:Emisor',
        `<cfdi:CfdiRelacionados TipoRelacion="04">${'<cfdi:CfdiRelacionado/>'.repeat(19_000)}</cfdi:CfdiRelacionados><cfdi:Emisor`,
      ),
    'schema_invalid',
  ],
  [
    '19,000 unknown complements',
    (xml) => tamper(xml, '<cfdi:Complemento>', `<cfdi:Complemento>${'<a/>'.repeat(19_000)}`),
    'unsupported_complement',
  ],
  ['1,200 stamps', (xml) => tamper(xml, /<tfd:[^>]*\/>/, '$&'.repeat(1_200)), 'stamp_repeated'],
  [
    '15,000 students of one line',
    (xml) => tamper(xml, CONCEPTO, withComplements(STUDENT.repeat(15_000))),
    'schema_invalid',
  ],
  [
    '15,000 students who are nobody, in as many lines as it takes',
    (xml) =>
      tamper(
        xml,
        CONCEPTO,
        `$&${withComplements('<i:instEducativas xmlns:i="http://www.sat.gob.mx/iedu"/>').repeat(6_600)}`,
      ),
    'schema_invalid',
  ],
  [
    '19,000 empty legends',
    (xml) => tamper(xml, '<cfdi:Complemento>', `<cfdi:Complemento>${legends('<l:Leyenda/>'.repeat(19_000))}`),
    'schema_invalid',
  ],
  [
    '9,000 complements of one empty legend',
    (xml) => tamper(xml, '<cfdi:Complemento>', `<cfdi:Complemento>${legends('<l:Leyenda/>').repeat(9_000)}`),
    'schema_invalid',
  ],
  [
    '9,000 complements of one good legend, which nobody sealed',
    (xml) =>
      tamper(
        xml,
        '<cfdi:Complemento>',
        `<cfdi:Complemento>${legends('<l:Leyenda textoLeyenda="T"/>').repeat(9_000)}`,
      ),
    'seal_invalid',
  ],
];
