import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, tamper, type World } from './world.ts';

const SCRIPT = join(import.meta.dirname, 'verify-with-openssl.sh');

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function verifyWithOpenssl(xml: string): Promise<{ code: number | null; output: string }> {
  const invoice = join(world.dir, 'invoice.xml');
  await writeFile(invoice, xml);
  const pac = join(world.folders.certDir, `${world.pki.pac.number}.cer`);
  const ran = spawnSync('sh', [SCRIPT, invoice, pac], { encoding: 'utf8', timeout: 30_000 });
  return { code: ran.status, output: ran.stdout + ran.stderr };
}

function has(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

const hasTools = has('openssl') && (has('xmllint') || has('python3'));

describe.skipIf(!hasTools)(
  'an issued invoice, to tools that are not ours (openssl; xmllint or expat)',
  () => {
    it('is well formed and carries two good seals', async () => {
      const { code, output } = await verifyWithOpenssl(world.xml);
      expect(output).toMatch(/well formed\nseal of the emisor: Verified OK\nseal of the PAC: Verified OK\n/);
      expect(code).toBe(0);
    });

    it('fails when its total was changed', async () => {
      const { code, output } = await verifyWithOpenssl(
        tamper(world.xml, ' Total="1160.00"', ' Total="1160.01"'),
      );
      expect(output).toContain('seal of the emisor: Verification failure');
      expect(code).toBe(1);
    });

    it('fails when its UUID was changed', async () => {
      const { code, output } = await verifyWithOpenssl(
        tamper(world.xml, world.issued.uuid, '00000000-0000-4000-8000-000000000000'),
      );
      expect(output).toContain('seal of the PAC: Verification failure');
      expect(code).toBe(1);
    });

    it('fails when it is not well formed', async () => {
      const { code, output } = await verifyWithOpenssl(world.xml.slice(0, -20));
      expect(output).toContain('NOT WELL FORMED');
      expect(code).toBe(1);
    });
  },
);
