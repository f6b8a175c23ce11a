/**
 * Holds `openapi/v1.json` against what was released last (`openapi/released/v1.json`): a change that breaks a client must be
 * listed in `openapi/breaking-allowed.json` with its reason, word for word as it is printed here. With `--release` the
 * document becomes the released one and the list begins anew; the release does that, nobody else.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { breakingChanges } from './breaking/compare.ts';
import type { OpenApiDocument } from './breaking/document.ts';

const file = (name: string): URL => new URL(name, import.meta.url);
const allowedSchema = z.array(z.strictObject({ change: z.string().min(1), reason: z.string().min(20) }));

const current = await readFile(file('v1.json'), 'utf8');
if (process.argv.includes('--release')) {
  await writeFile(file('released/v1.json'), current);
  await writeFile(file('breaking-allowed.json'), '[]\n');
} else {
  const released = await readFile(file('released/v1.json'), 'utf8');
  const allowed = allowedSchema.parse(JSON.parse(await readFile(file('breaking-allowed.json'), 'utf8')));
  // Made by us, and linted as OpenAPI.
  const changes = breakingChanges(
    JSON.parse(released) as OpenApiDocument,
    JSON.parse(current) as OpenApiDocument,
  );
  const listed = new Set(allowed.map(({ change }) => change));
  const surprises = changes.filter((change) => !listed.has(change));
  const idle = [...listed].filter((change) => !changes.includes(change));
  for (const change of surprises) process.stderr.write(`breaks clients of the released API: ${change}\n`);
  for (const change of idle)
    process.stderr.write(`listed in breaking-allowed.json, but does not happen: ${change}\n`);
  if (surprises.length + idle.length > 0) process.exitCode = 1;
}
