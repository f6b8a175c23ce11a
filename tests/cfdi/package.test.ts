/** The package as npm would publish it, in a project of somebody else's: linted, compiled, run. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTestPki, issueCfdi } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkTypes,
  compile,
  lintPackage,
  packPackage,
  packedFiles,
  run,
  type PackedPackage,
} from '../helpers/packed.ts';
import { REQUEST, tamper } from './world.ts';

const SOURCE = path.join(import.meta.dirname, '../../packages/cfdi');

let packed: PackedPackage;

beforeAll(async () => {
  packed = await packPackage('cfdi', ['bin']);
}, 120_000);
afterAll(() => packed.remove());

/** The README's TypeScript, one program: what it says must compile and run. */
async function readmeProgram(): Promise<string> {
  const readme = await readFile(path.join(SOURCE, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(2);
  return blocks.join('\n');
}

describe('the published package', () => {
  test('holds what is built, and what a reader needs', async () => {
    expect(await packedFiles(packed)).toEqual([
      'LICENSE',
      'README.md',
      'bin/cfdi-verify.js',
      'dist/*',
      'package.json',
    ]);
  });

  test('has nothing that publint or "are the types wrong" would change', async () => {
    expect(await lintPackage(packed)).toEqual([]);
    await checkTypes(packed, 'esm-only');
  }, 60_000);

  test("does what its README says, in a strict compiler's eyes and at run time", async () => {
    const { dir, project } = packed;
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
    await compile(packed, 'program.ts');
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
    const { project, installed } = packed;
    const command = path.join(installed, 'bin/cfdi-verify.js');
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
