/**
 * Writes `openapi/v1.json`, or with `--check` says whether it is what the code describes (exit code 1 if not).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { buildOpenApiDocument } from '@cfdi-live/api';

const file = new URL('v1.json', import.meta.url);
const text = `${JSON.stringify(buildOpenApiDocument(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed !== text) {
    process.stderr.write('openapi/v1.json is not what the code describes: run `npm run openapi:write`.\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
