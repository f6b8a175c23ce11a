/** The client as npm would publish it: its size, its types, and its behaviour on each runtime that its README names. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { findChromium } from '@cfdi-live/browserbase-local';
import { chromium } from 'playwright-core';
import { Webhook } from 'svix';
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
import { startScenarioServer, type ScenarioServer } from './scenario-server.ts';

const BEHAVIOURS = path.join(import.meta.dirname, 'fixtures/behaviours.js');
const MAX_GZIP_BYTES = 12 * 1024;

let packed: PackedPackage;
let server: ScenarioServer;
let bundle: string;

beforeAll(async () => {
  packed = await packPackage('sdk');
  bundle = path.join(packed.installed, 'dist/index.js');
  server = await startScenarioServer({ 'sdk.js': bundle, 'behaviours.js': BEHAVIOURS });
}, 120_000);
afterAll(async () => {
  await server.close();
  await packed.remove();
});

function signedWebhook() {
  const secret = `whsec_${Buffer.from('a secret of the test').toString('base64')}`;
  const body = JSON.stringify({ id: 'evt_1', type: 'task.completed', data: {} });
  const now = new Date();
  const signature = new Webhook(secret).sign('msg_1', now, body);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return { secret, body, headers };
}

describe('the published client', () => {
  test('holds what is built, and what a reader needs', async () => {
    expect(await packedFiles(packed)).toEqual(['LICENSE', 'README.md', 'dist/*', 'package.json']);
  });

  test('has nothing that publint or "are the types wrong" would change, for ESM and CommonJS', async () => {
    expect(await lintPackage(packed)).toEqual([]);
    await checkTypes(packed, 'node16');
  }, 60_000);

  test('is at most 12 KB, compressed', async () => {
    const { size } = await stat(bundle);
    const compressed = gzipSync(await readFile(bundle)).length;
    expect(size).toBeGreaterThan(compressed);
    expect(compressed).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  test("compiles as its README says, in a strict compiler's eyes", async () => {
    const readme = await readFile(path.join(import.meta.dirname, '../../packages/sdk/README.md'), 'utf8');
    const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
    expect(blocks).toHaveLength(3);
    await writeFile(path.join(packed.project, 'program.ts'), blocks.join('\n'));
    await compile(packed, 'program.ts', 'es2023,dom,dom.iterable');
  }, 60_000);
});

/** A page that runs the behaviours, tries a secret key, and says on its console what came of both. */
const pageOf = (given: { origin: string }) => `<!doctype html><script type="module">
  import * as sdk from '${given.origin}/sdk.js';
  import { failuresOf } from '${given.origin}/behaviours.js';
  let refusal = '';
  try {
    new sdk.CfdiLive({ apiKey: 'cl_test_x' });
  } catch (error) {
    refusal = error.message;
  }
  console.log(JSON.stringify({ failures: await failuresOf(sdk, ${JSON.stringify(given)}), refusal }));
</script>`;

describe('its behaviour', () => {
  /** Runs the behaviours in a Node of its own; `load` is how the client is had. */
  async function inNode(node: string, load: string): Promise<unknown> {
    const given = { origin: server.origin, apiKey: 'cl_test_x', webhook: signedWebhook() };
    const program = `${load}
      import { failuresOf } from ${JSON.stringify(BEHAVIOURS)};
      console.log(JSON.stringify(await failuresOf(sdk, ${JSON.stringify(given)})));`;
    const file = path.join(packed.project, 'behaviours.mjs');
    await writeFile(file, program);
    const { stdout } = await run(node, [file], { cwd: packed.project });
    return JSON.parse(stdout);
  }
  const esm = `import * as sdk from '@cfdi-live/sdk';`;
  const cjs = `import { createRequire } from 'node:module'; const sdk = createRequire(import.meta.url)('@cfdi-live/sdk');`;

  test('is right on this Node, as a module and as CommonJS', async () => {
    expect(await inNode(process.execPath, esm)).toEqual([]);
    expect(await inNode(process.execPath, cjs)).toEqual([]);
  }, 60_000);

  const other = process.env['OTHER_NODE'];
  test.skipIf(other === undefined)(
    'is right on another Node (OTHER_NODE)',
    async () => {
      expect(await inNode(other ?? '', esm)).toEqual([]);
    },
    60_000,
  );

  test('is right in a page, which it refuses a secret key', async () => {
    const found = await findChromium({ env: process.env });
    const browser = await chromium.launch({
      executablePath: found.path,
      env: found.env,
      args: ['--no-sandbox'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(server.origin);
      const given = { origin: server.origin, apiKey: 'clt_a_live_token', webhook: signedWebhook() };
      const answer = page.waitForEvent('console', (message) => message.text().startsWith('{'));
      await page.setContent(pageOf(given));
      const { failures, refusal } = JSON.parse((await answer).text()) as Record<string, unknown>;
      expect(failures).toEqual([]);
      expect(refusal).toContain('must not be used in a browser');
    } finally {
      await browser.close();
    }
  }, 60_000);
});
