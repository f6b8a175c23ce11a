import { XML_LIMITS, verifyCfdi } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED, createWorld, tamper, type World } from './world.ts';

/** What reading a hostile document may take. Asserted with a margin of two, for machines slower than ours. */
const BUDGET_MS = 250;
const MARGIN = 2;

let world: World;
beforeAll(async () => {
  world = await createWorld();
  // The schema is compiled on first use, which is not what is measured here.
  verifyCfdi(world.issued.xml, EXPECTED, world.trust);
});
afterAll(() => world.close());

const ROOM = XML_LIMITS.bytes - 12_000;
const CONCEPTO = /<cfdi:Concepto .*?<\/cfdi:Concepto>/;
const TRASLADO = /<cfdi:Traslado [^>]*\/>/;

function attributes(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(' ');
}

/** Each with the code that must come first. They are made when their turn comes: some are large. */
const ATTACKS: readonly (readonly [string, (xml: string) => string, string])[] = [
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
  ['380,000 references', (xml) => tamper(xml, 'CONSUMO DE', '&amp;'.repeat(380_000)), 'schema_invalid'],
  ['spaces as far as they go', (xml) => tamper(xml, 'CONSUMO DE', ' '.repeat(ROOM)), 'seal_invalid'],
  ['a description of 2 MB', (xml) => tamper(xml, 'CONSUMO DE', 'x'.repeat(ROOM)), 'schema_invalid'],
  [
    'text cut by 250,000 comments',
    (xml) => tamper(xml, '<cfdi:Emisor', `${'a<!---->'.repeat(250_000)}<cfdi:Emisor`),
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
];

/**
 * Processor time in milliseconds, the least of up to three attempts: it is what a document costs, however busy the
 * machine is with other work.
 */
function timed<T>(work: () => T): { readonly result: T; readonly cost: number } {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 1; ; attempt += 1) {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
    if (least <= BUDGET_MS || attempt === 3) return { result, cost: least };
  }
}

describe('a hostile document', () => {
  it.each(ATTACKS)('is refused in time: %s', (_, make, code) => {
    const bytes = Buffer.from(make(world.xml), 'utf8');
    const { result, cost } = timed(() => verifyCfdi(bytes, EXPECTED, world.trust));
    expect(result.verdict).toBe('rejected');
    expect(result.findings[0]?.code).toBe(code);
    expect(result.findings.length).toBeLessThanOrEqual(50);
    expect(cost).toBeLessThan(BUDGET_MS * MARGIN);
  });
});
