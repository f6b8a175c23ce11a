import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withFindings } from '../../packages/cfdi/findings-table.ts';

test("the README's lists of findings are those of the code", async () => {
  const readme = await readFile(new URL('../../packages/cfdi/README.md', import.meta.url), 'utf8');
  expect(readme, 'npm run findings:write -w @cfdi-live/cfdi').toBe(withFindings(readme));
});
