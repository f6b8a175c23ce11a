/** The command: once as a shell runs it, then by its function, for a process takes a second to start. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCfdiVerify } from '../../packages/cfdi/src/node/cli.ts';
import { createWorld, NOW, REQUEST, type World } from './world.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cfdi/bin/cfdi-verify.js', import.meta.url));
const { receptor } = REQUEST;

let world: World;
let file: string;
beforeAll(async () => {
  world = await createWorld();
  file = path.join(world.dir, 'invoice.xml');
  await writeFile(file, world.issued.xml);
});
afterAll(() => world.close());

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCfdiVerify({
    args,
    env,
    now: NOW,
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

async function runProcess(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

/** Everything that there is to expect of the invoice. */
function everything(): string[] {
  const said = {
    rfc: 'zuñ-920208-kl4',
    name: receptor.name,
    'postal-code': receptor.postalCode,
    regime: receptor.regime,
    use: receptor.use,
    total: '1160',
    date: '2026-11-20',
    issuer: REQUEST.emisor.rfc,
  };
  return Object.entries(said).flatMap(([option, value]) => [`--${option}`, value]);
}

const trusted = () => ({ SAT_CA_DIR: world.folders.caDir, SAT_CERT_DIR: world.folders.certDir });

describe('cfdi-verify', () => {
  test('exits 0 for a proven invoice, with the JSON that its readers expect', async () => {
    const { code, out, err } = await runProcess([file, ...everything(), '--json'], trusted());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({ ok: true, verdict: 'authenticated', findings: [] });
  });

  test('exits 1 for an invoice of another purchase, and names every difference', async () => {
    const { code, out } = await run(
      [file, '--rfc', 'EKU9003173C9', '--total', '1160.01', '--json'],
      trusted(),
    );
    expect(code).toBe(1);
    const told = JSON.parse(out) as { verdict: string; findings: { code: string; values: object }[] };
    expect(told.verdict).toBe('rejected');
    expect(told.findings.map((finding) => finding.code)).toEqual([
      'receptor_rfc_mismatch',
      'total_mismatch',
      'emisor_unknown',
    ]);
    expect(told.findings[1]?.values).toEqual({ expected: '1160.01', actual: '1160.00' });
  });

  test('exits 1 where nobody vouches for the emisor, and tells it apart from a refusal', async () => {
    const { code, out } = await run([file, ...everything()]);
    expect(code).toBe(1);
    expect(out).toContain('Not proven: nothing is wrong with it');
    expect(out).toContain('certificate_untrusted');
  });

  test.each([
    ['no file', [], 'name one file'],
    ['two files', ['a.xml', 'b.xml'], 'name one file'],
    ['an option that does not exist', ['a.xml', '--uuid', 'x'], 'uuid'],
    ['an amount with a separator', ['a.xml', '--total', '1,160.00'], '--total'],
    ['a day that never was', ['a.xml', '--date', '2026-02-30'], '--date'],
    ['an RFC that is none', ['a.xml', '--rfc', 'nobody'], '--rfc'],
    ['a file that is not there', ['nowhere.xml'], 'nowhere.xml cannot be read'],
  ])('exits 2 for %s, and says so', async (_name, args, said) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toContain('--help');
  });

  test('exits 2 rather than trust less than the operator said', async () => {
    const { code, err } = await run([file], { SAT_CA_DIR: path.join(world.dir, 'nowhere') });
    expect(code).toBe(2);
    expect(err).toContain('cannot be read as a folder');
  });

  test('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('SAT_CERT_DIR');
  });
});
