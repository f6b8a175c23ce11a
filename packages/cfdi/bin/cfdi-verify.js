#!/usr/bin/env node
// The built command. In a checkout, where nothing is built, the same command from its source.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/bin/cfdi-verify.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const source = fileURLToPath(new URL('../src/bin/cfdi-verify.ts', import.meta.url));
  const loader = import.meta.resolve('tsx');
  const { status } = spawnSync(process.execPath, ['--import', loader, source, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 2;
}
