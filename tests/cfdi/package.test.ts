/**
 * The package as npm would publish it: built, packed, laid into a project of somebody else's without network, compiled, run. What it
 * imports must be among its own dependencies, for nothing else is there.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTestPki, issueCfdi } from '@cfdi-live/portal-gallery/issuer';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUEST, tamper } from './world.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const SOURCE = path.join(ROOT, 'packages/cfdi');
const BIN = path.join(ROOT, 'node_modules/.bin');

const run = promisify(execFile);

let dir: string;
/** What was packed, and the project of somebody who installed it. */
let tarball: string;
let project: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'cfdi-package-'));
  tarball = await pack();
  project = await install();
}, 120_000);
afterAll(() => rm(dir, { recursive: true }));

/** Beside the sources, not among them: in a checkout nothing is built, and the tests run on the sources. */
async function pack(): Promise<string> {
  const built = path.join(dir, 'built');
  await mkdir(built);
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin']) {
    await cp(path.join(SOURCE, name), path.join(built, name), { recursive: true });
  }
  await run(path.join(BIN, 'tsup'), ['--out-dir', path.join(built, 'dist')], { cwd: SOURCE });
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', dir], { cwd: built });
  const packed = (await readdir(dir)).find((name) => name.endsWith('.tgz'));
  if (packed === undefined) throw new Error('npm packed nothing');
  return path.join(dir, packed);
}

async function install(): Promise<string> {
  const made = path.join(dir, 'project');
  const modules = path.join(made, 'node_modules');
  const installed = path.join(modules, '@cfdi-live/cfdi');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  await mkdir(path.join(modules, '@types'));
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  await writeFile(path.join(made, 'package.json'), JSON.stringify({ type: 'module' }));
  return made;
}

/** The README's TypeScript, one program: what it says must compile and run. */
async function readmeProgram(): Promise<string> {
  const readme = await readFile(path.join(SOURCE, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(2);
  return blocks.join('\n');
}

describe('the published package', () => {
  test('holds what is built, and what a reader needs', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n');
    const kinds = files.map((file) =>
      file.replace(/^package\//, '').replace(/^dist\/.*\.(d\.ts|js|js\.map)$/, 'dist/*'),
    );
    expect([...new Set(kinds)].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'bin/cfdi-verify.js',
      'dist/*',
      'package.json',
    ]);
  });

  test('has nothing that publint or "are the types wrong" would change', async () => {
    const { messages } = await publint({
      pkgDir: path.join(project, 'node_modules/@cfdi-live/cfdi'),
      pack: false,
      strict: true,
    });
    expect(messages).toEqual([]);
    const flags = ['--profile', 'esm-only', '--no-definitely-typed', '--no-color', '--format', 'ascii'];
    await run(path.join(BIN, 'attw'), [tarball, ...flags]).catch(({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    });
  }, 60_000);

  test("does what its README says, in a strict compiler's eyes and at run time", async () => {
    const now = new Date();
    const pki = await createTestPki({ now });
    const { caDir, certDir } = await pki.exportTrust(dir);
    const receptor = {
      rfc: 'CACX7605101P8',
      name: 'XOCHILT CASAS CHAVEZ',
      postalCode: '36257',
      regime: '612',
      use: 'G03',
    };
    const { xml } = await issueCfdi(pki, { ...REQUEST, receptor, issuedAt: now });
    await writeFile(path.join(project, 'factura.xml'), xml);

    const yesterday = new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
    const program = tamper(await readmeProgram(), '2026-11-20', yesterday);
    await writeFile(path.join(project, 'program.ts'), program);
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      'false',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023',
    ];
    await run(path.join(BIN, 'tsc'), [...options, '--types', 'node', 'program.ts'], { cwd: project }).catch(
      ({ stdout }: { stdout: string }) => {
        throw new Error(stdout);
      },
    );
    // Up to where SAT is asked: tests ask nobody.
    const compiled = await readFile(path.join(project, 'program.js'), 'utf8');
    await writeFile(
      path.join(project, 'program.js'),
      compiled.slice(0, compiled.indexOf('if (proof.verdict')),
    );
    const env = { SAT_CA_DIR: caDir, SAT_CERT_DIR: certDir };
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: project, env });
    expect(stdout).toBe('authenticated []\n');
  }, 60_000);

  test('has the command', async () => {
    const command = path.join(project, 'node_modules/@cfdi-live/cfdi/bin/cfdi-verify.js');
    const file = path.join(project, 'nothing.xml');
    await writeFile(file, '<html></html>');
    const ran = await run(process.execPath, [command, file, '--json'], { cwd: project, env: {} }).catch(
      (error: unknown) => error as { code: number; stdout: string },
    );
    expect(ran).toMatchObject({ code: 1 });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: false,
      verdict: 'rejected',
      findings: [{ code: 'not_cfdi_40' }],
    });
  });
});
