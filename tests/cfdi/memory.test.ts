/** What a hostile document may take of our memory, measured by the kernel in a process of its own. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS, type Attack } from './attacks.ts';
import { createWorld, type World } from './world.ts';

const LIMIT_MB = 64;
/** Documents of one process, which takes a second to start. What one leaves behind counts against those after it. */
const TOGETHER = 7;
const SCRIPT = path.join(import.meta.dirname, 'measure-memory.ts');

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Megabytes by which a process grows on each file. */
async function measure(files: readonly string[]): Promise<readonly number[]> {
  const honest = path.join(world.dir, 'honest.xml');
  await writeFile(honest, world.issued.xml);
  const flags = ['--expose-gc', '--max-semi-space-size=4', '-C', 'cfdi-live-source', '--import', 'tsx'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, SCRIPT, honest, ...files]);
  return JSON.parse(stdout) as readonly number[];
}

async function write([, make]: Attack, index: number): Promise<string> {
  const file = path.join(world.dir, `${index}.xml`);
  await writeFile(file, make(world.xml));
  return file;
}

const present = process.platform === 'linux';
const title = present ? 'the memory of a reader' : 'the memory of a reader (SKIPPED: no /proc)';

describe.skipIf(!present)(title, () => {
  const groups = ATTACKS.map((_, index) => index)
    .filter((index) => index % TOGETHER === 0)
    .map((from) => [from, ATTACKS.slice(from, from + TOGETHER)] as const);

  test.each(groups)(
    `grows by less than ${LIMIT_MB} MB on each attack from number %i on`,
    async (from, attacks) => {
      const files = await Promise.all(attacks.map((attack, index) => write(attack, from + index)));
      const grown = await measure(files);
      expect(grown).toHaveLength(attacks.length);
      const excessive = attacks.flatMap(([name], index) =>
        (grown[index] ?? Infinity) < LIMIT_MB ? [] : [`${name}: ${grown[index]} MB`],
      );
      expect(excessive).toEqual([]);
    },
  );

  test('would be seen to grow by more', async () => {
    const [little = 0, much = 0] = await measure(['hoard:20', 'hoard:80']);
    expect(little).toBeGreaterThan(10);
    expect(little).toBeLessThan(LIMIT_MB);
    expect(much).toBeGreaterThan(LIMIT_MB);
  });
});
