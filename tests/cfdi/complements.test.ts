/** What an emisor may put into a complement: it was sealed as it is, so only its own schema can refuse it. */
import type { XmlNode } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED, createWorld, withAttributes, withChild, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

type Attributes = Readonly<Record<string, string>>;

const NAMESPACE = { 'xmlns:c': 'http://www.sat.gob.mx/implocal' };
const RIGHT: Attributes = { version: '1.0', TotaldeRetenciones: '0.00', TotaldeTraslados: '30.00' };
const LINE: Attributes = { ImpLocTrasladado: 'ISH', TasadeTraslado: '3.00', Importe: '30.00' };

function localTaxes(attributes: Attributes, line: Attributes = LINE, inside = 'c:TrasladosLocales'): XmlNode {
  return {
    tag: 'c:ImpuestosLocales',
    attributes: { ...NAMESPACE, ...attributes },
    children: [{ tag: inside, attributes: line }],
  };
}

async function findingsOf(complement: XmlNode): Promise<readonly unknown[]> {
  const complemento = { tag: 'cfdi:Complemento', attributes: {}, children: [complement] };
  const xml = await world.seal((draft) =>
    withChild(complemento, 'last')(withAttributes({ Total: '1190.00' })(draft)),
  );
  const { findings } = world.verify(xml, { ...EXPECTED, total: '1190.00' });
  return findings.map(({ code, values }) => [code, values['where'], values['rule']]);
}

describe('a complement that we know', () => {
  it('is accepted when it follows its standard', async () => {
    expect(await findingsOf(localTaxes(RIGHT))).toEqual([]);
  });

  const { TotaldeRetenciones: _absent, ...incomplete } = RIGHT;
  it.each([
    [
      'an invented attribute',
      localTaxes({ ...RIGHT, Propina: '1' }),
      'ImpuestosLocales/@Propina',
      'not_allowed',
    ],
    [
      'an invented attribute within',
      localTaxes(RIGHT, { ...LINE, Otro: '1' }),
      'TrasladosLocales/@Otro',
      'not_allowed',
    ],
    [
      'no total of what it withholds',
      localTaxes(incomplete),
      'ImpuestosLocales/@TotaldeRetenciones',
      'missing',
    ],
    ['another version', localTaxes({ ...RIGHT, version: '2.0' }), 'ImpuestosLocales/@version', 'enumeration'],
    [
      'a third of a cent',
      localTaxes(RIGHT, { ...LINE, Importe: '30.003' }),
      'TrasladosLocales/@Importe',
      'fractionDigits',
    ],
    [
      'a tax below nothing',
      localTaxes({ ...RIGHT, TotaldeTraslados: '-30' }),
      'ImpuestosLocales/@TotaldeTraslados',
      'minInclusive',
    ],
    ['an element of nobody', localTaxes(RIGHT, LINE, 'c:OtrosLocales'), 'OtrosLocales', 'unexpected'],
    ['an element of the invoice', localTaxes(RIGHT, LINE, 'cfdi:Concepto'), 'Concepto', 'unexpected'],
  ])('is refused with %s', async (_, complement, where, rule) => {
    expect(await findingsOf(complement)).toEqual([['schema_invalid', where, rule]]);
  });

  it('is checked in a concepto too', async () => {
    const school = {
      tag: 'c:instEducativas',
      attributes: { 'xmlns:c': 'http://www.sat.gob.mx/iedu', version: '1.0', nombreAlumno: 'ANA' },
    };
    const xml = await world.seal((draft) => addToConcepto(draft, school));
    const { findings } = world.verify(xml);
    expect(findings.map(({ code, values }) => [code, values['where'], values['rule']])).toEqual([
      ['schema_invalid', 'instEducativas/@CURP', 'missing'],
      ['schema_invalid', 'instEducativas/@nivelEducativo', 'missing'],
      ['schema_invalid', 'instEducativas/@autRVOE', 'missing'],
    ]);
  });
});

function addToConcepto(node: XmlNode, complement: XmlNode): XmlNode {
  const children = (node.children ?? []).map((child) => addToConcepto(child, complement));
  if (node.tag !== 'cfdi:Concepto') return { ...node, children };
  const holder = { tag: 'cfdi:ComplementoConcepto', attributes: {}, children: [complement] };
  return { ...node, children: [...children, holder] };
}
