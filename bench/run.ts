/** `npm run bench -- <name> [--json]`: measures one thing as a ratio to a plain baseline, in one run on this machine. */
import type { Bench } from './lib/bench.ts';

const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  accept: () => import('./accept.ts'),
  admission: () => import('./admission.ts'),
  verify: () => import('./verify.ts'),
};

const [name = '', ...options] = process.argv.slice(2);
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined || options.some((option) => option !== '--json')) {
  process.stderr.write(
    `usage: npm run bench -- <name> [--json]\nnames: ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
const { bench } = await load();
const json = options.includes('--json');
const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);

say(`${bench.name}: ${bench.what}`);
const { ratio, lines } = await bench.run();
const met = ratio >= bench.goal;
for (const line of lines) say(line);
say(`ratio ${ratio.toFixed(3)}, goal ${bench.goal}: ${met ? 'met' : 'not met'}`);
if (json) {
  const results = [{ name: bench.name, ratio: Number(ratio.toFixed(3)), goal: bench.goal, met }];
  process.stdout.write(`${JSON.stringify({ results })}\n`);
}
process.exitCode = met ? 0 : 1;
