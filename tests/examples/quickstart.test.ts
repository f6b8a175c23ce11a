/** The quickstart, run as a reader would paste it: block after block in one shell, from a stack that it starts itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const PAGES = ['quickstart.md', 'quickstart.es.md'];

async function blocksOf(page: string): Promise<string[]> {
  const text = await readFile(path.join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
}

let folder: string;
let shell: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-quickstart-'));
});
afterAll(async () => {
  // Where the test ran out of time, all that it started goes with it.
  if (shell?.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Runs the blocks of all pages on the one stack that the first page's first block starts; the shell ends all that it started. */
async function runPages(): Promise<{ code: number | null; output: string }> {
  const [first, ...others] = await Promise.all(PAGES.map(blocksOf));
  const start =
    first?.[0]?.replace(
      'npm run -s dev --',
      `npm --prefix ${ROOT} run -s dev -- --data-dir ${folder}/data`,
    ) ?? '';
  const walks = [first, ...others].map((blocks) => `${(blocks ?? []).slice(1).join('\n')}\nrm done.json`);
  const script = ['set -eu', `trap "trap '' TERM; kill -TERM 0" EXIT`, start, ...walks].join('\n');
  const started = spawn('/bin/sh', ['-c', script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  shell = started;
  let output = '';
  started.stdout.on('data', (text: Buffer) => (output += text.toString()));
  started.stderr.on('data', (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number | null>((resolve) => started.on('close', resolve));
  return { code, output };
}

test('the blocks of the quickstart lead, in their order, to a proven invoice, in both languages', async () => {
  const blocks = await Promise.all(PAGES.map(blocksOf));
  // Whoever changes a command changes it in both.
  const neutral = (all: string[] = []) =>
    all.map((block) => block.replaceAll(/&n=\d|my-first-ticket|mi-primer-ticket/g, ''));
  expect(neutral(blocks[0])).toEqual(neutral(blocks[1]));

  const { code, output } = await runPages();
  expect(output).toMatch(/^form Write \{\{profile\.rfc\}\}/m);
  expect(output.match(/COMPLETED$/gm), output).toHaveLength(PAGES.length);
  expect(code, output).toBe(0);
  expect(await readFile(path.join(folder, 'cfdi.xml'), 'utf8')).toContain('<cfdi:Comprobante');
}, 300_000);
