import { XML_LIMITS, type Expectation } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXPECTED, codesOf, createWorld, withLines, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const LINES = 4_900;

test(`an honest invoice of ${LINES} lines, all of the 2 MB that there may be, is authenticated in some seconds`, async ({
  annotate,
}) => {
  const xml = await world.seal(withLines(LINES));
  expect(xml.byteLength).toBeGreaterThan(XML_LIMITS.bytes * 0.95);
  const expected: Expectation = { ...EXPECTED, total: '5684000.00' };
  const before = process.cpuUsage();
  const result = world.verify(xml, expected);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1_000;
  await annotate(`${xml.byteLength} bytes in ${Math.round(milliseconds)} ms of processor time`);
  expect(codesOf(result)).toEqual([]);
  expect(result.verdict).toBe('authenticated');
  expect(milliseconds).toBeLessThan(4_000);
});
