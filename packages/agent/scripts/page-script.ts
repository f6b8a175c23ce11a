/**
 * Bundles the code that runs inside pages into one string. Committed, so that neither the worker nor a test needs a
 * bundler; `--check` says whether the committed one is current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../src/observe/page/main.ts', import.meta.url));
const TARGET = fileURLToPath(new URL('../src/observe/generated/page-script.ts', import.meta.url));

/** The text of the generated module. */
export async function bundlePageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  const script = outputFiles[0]?.text.trim() ?? '';
  const note = '// Generated from ../page by packages/agent/scripts/page-script.ts; do not edit.';
  return `${note}\nexport const PAGE_SCRIPT =\n  ${JSON.stringify(script)};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await bundlePageScript();
  if (!process.argv.includes('--check')) await writeFile(TARGET, text);
  else if ((await readFile(TARGET, 'utf8')) !== text) {
    console.error(
      'src/observe/generated/page-script.ts is stale: run `npm run page:write -w @cfdi-live/agent`',
    );
    process.exitCode = 1;
  }
}
