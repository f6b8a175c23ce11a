import { XML_LIMITS, type Expectation } from '@cfdi-live/cfdi';
import type { XmlNode } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXPECTED, codesOf, createWorld, withAttributes, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const LINES = 4_900;
const TOTALS = { SubTotal: '4900000.00', Total: '5684000.00' };

/** The line of a plain invoice that many times, with the sums that follow. */
function long(draft: XmlNode): XmlNode {
  const children = (draft.children ?? []).map((child): XmlNode => {
    if (child.tag === 'cfdi:Conceptos') {
      const lines = Array.from({ length: LINES }, (_, index) =>
        (child.children ?? []).map(withAttributes({ NoIdentificacion: `ARTICULO-${1_000_000 + index}` })),
      );
      return { ...child, children: lines.flat() };
    }
    if (child.tag !== 'cfdi:Impuestos') return child;
    const tax = { Base: TOTALS.SubTotal, Importe: '784000.00' };
    return {
      ...child,
      attributes: { TotalImpuestosTrasladados: tax.Importe },
      children: (child.children ?? []).map((list) => ({
        ...list,
        children: (list.children ?? []).map((line) => ({
          ...line,
          attributes: { ...line.attributes, ...tax },
        })),
      })),
    };
  });
  return withAttributes(TOTALS)({ ...draft, children });
}

test(`an honest invoice of ${LINES} lines, all of the 2 MB that there may be, is authenticated in some seconds`, async ({
  annotate,
}) => {
  const xml = await world.seal(long);
  expect(xml.byteLength).toBeGreaterThan(XML_LIMITS.bytes * 0.95);
  const expected: Expectation = { ...EXPECTED, total: TOTALS.Total };
  const before = process.cpuUsage();
  const result = world.verify(xml, expected);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1_000;
  await annotate(`${xml.byteLength} bytes in ${Math.round(milliseconds)} ms of processor time`);
  expect(codesOf(result)).toEqual([]);
  expect(result.verdict).toBe('authenticated');
  expect(milliseconds).toBeLessThan(4_000);
});
