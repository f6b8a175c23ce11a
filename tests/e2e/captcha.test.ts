/** A CAPTCHA that only a person can read: the task waits with its browser and without a worker, and goes on where it was. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium, launchChromium } from '@cfdi-live/browserbase-local';
import { decodeId } from '@cfdi-live/contract';
import { chromium, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROFILE, startTestStack, until, type Submitted, type TestStack } from '../helpers/stack.ts';

const WAIT = { waitMs: 120_000 };
const TIMEOUT_MS = 180_000;

let stack: TestStack;
let person: { page: Page; close(): Promise<void> };
let dispose: () => Promise<void>;

beforeAll(async () => {
  [{ stack, dispose }, person] = await Promise.all([startTestStack({ maxSessions: 8 }), newPerson()]);
}, 120_000);
afterAll(async () => {
  await person.close();
  await dispose();
});

/** A browser of their own, on another process. */
async function newPerson() {
  const folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-person-'));
  const process = await launchChromium({
    chromium: await findChromium({ env: globalThis.process.env }),
    profileDir: path.join(folder, 'profile'),
    cwd: folder,
    viewport: { width: 1280, height: 800 },
  });
  const browser = await chromium.connectOverCDP(process.browserUrl);
  const page = browser.contexts()[0]!.pages()[0]!;
  return {
    page,
    async close() {
      await browser.close();
      await process.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a task until it waits for a person. */
async function parked(n: number): Promise<Submitted & { sessionId: string }> {
  const submitted = await stack.submit('jsp', n);
  const { id } = submitted.task;
  await waits(id);
  const rows = (await stack.eventsOf(id)).flatMap((event) =>
    event.type === 'session.started' ? [decodeId('session', event.data.sessionId)] : [],
  );
  const running = (await stack.runningSessions()).find(({ rowId }) => rows.includes(rowId));
  return { ...submitted, sessionId: running?.id ?? '' };
}

const waits = (id: string) =>
  until(
    'a person is asked',
    async () => {
      const task = await stack.client.tasks.get(id);
      expect(['COMPLETED', 'FAILED', 'CANCELLED'], JSON.stringify(task.failure)).not.toContain(task.status);
      return task.status === 'INTERVENTION_NEEDED' && task;
    },
    WAIT.waitMs,
  );

type DebugPage = { url: string; debuggerFullscreenUrl: string };

async function pageOf(sessionId: string): Promise<DebugPage> {
  const response = await fetch(`${stack.browserbaseUrl}/v1/sessions/${sessionId}/debug`, {
    headers: { 'x-bb-api-key': stack.browserbaseApiKey },
  });
  const { pages } = (await response.json()) as { pages: DebugPage[] };
  return pages.find(({ url }) => url.includes('jsp.localhost'))!;
}

/** What the person sees: where a control stands in the page that the live view shows. */
async function place(debug: DebugPage, selector: string): Promise<{ x: number; y: number } | null> {
  const socket = new WebSocket(
    new URL(
      new URL(debug.debuggerFullscreenUrl).searchParams.get('ws')!,
      stack.browserbaseUrl.replace('http', 'ws'),
    ),
  );
  const answer = new Promise<string>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data.includes('"id":1')) resolve(data.toString());
    });
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const expression = `(() => {
    const box = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
    return box === undefined ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2, width: innerWidth, height: innerHeight };
  })()`;
  socket.send(
    JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }),
  );
  const { result } = JSON.parse(await answer) as {
    result: { result: { value: { x: number; y: number; width: number; height: number } | null } };
  };
  socket.close();
  const { value } = result.result;
  if (value === null) return null;
  const box = (await person.page.locator('canvas').boundingBox())!;
  const scale = Math.min(box.width / value.width, box.height / value.height);
  return {
    x: box.x + (box.width - value.width * scale) / 2 + value.x * scale,
    y: box.y + (box.height - value.height * scale) / 2 + value.y * scale,
  };
}

/** Clicks a control in the live view, and types. */
async function put(debug: DebugPage, selector: string, text = ''): Promise<void> {
  const at = await until(`${selector} is there`, () => place(debug, selector));
  await person.page.mouse.click(at.x, at.y);
  if (text !== '') await person.page.keyboard.insertText(text);
}

async function look(sessionId: string): Promise<DebugPage> {
  const debug = await pageOf(sessionId);
  await person.page.goto(debug.debuggerFullscreenUrl);
  await person.page.waitForFunction(
    () => Number(document.querySelector('canvas')?.dataset['frames'] ?? 0) > 0,
  );
  return debug;
}

it(
  'is answered by its characters, after a wrong answer by those of the next picture, while the worker did other work',
  async () => {
    const { task, issued, sessionId } = await parked(31);
    const { intervention } = await stack.client.tasks.get(task.id);
    expect(intervention).toMatchObject({ reason: 'captcha', park: 'warm', answerable: true });
    const picture = await stack.client.artifacts.download(intervention!.pictureArtifactId!);
    const size = new DataView(picture.buffer, picture.byteOffset);
    // The picture alone, as large as the portal drew it.
    expect([size.getUint32(16), size.getUint32(20)]).toEqual([200, 64]);

    const other = await stack.submit('onepage', 32);
    await expect(stack.client.tasks.waitFor(other.task.id, WAIT)).resolves.toMatchObject({
      status: 'COMPLETED',
    });
    expect((await stack.client.tasks.get(task.id)).status).toBe('INTERVENTION_NEEDED');
    expect((await stack.runningSessions()).map(({ id }) => id)).toContain(sessionId);

    await stack.client.tasks.answer(task.id, { value: 'NO' });
    await until(
      'it is under way',
      async () => (await stack.client.tasks.get(task.id)).status !== 'INTERVENTION_NEEDED',
    );
    const again = (await waits(task.id)).intervention;
    expect(again?.pictureArtifactId).not.toBe(intervention?.pictureArtifactId);
    await stack.client.tasks.answer(task.id, { value: stack.gallery.captcha('jsp')! });
    const done = await stack.client.tasks.waitFor(task.id, WAIT);
    expect(done.failure).toBeNull();
    expect(done).toMatchObject({ status: 'COMPLETED', cfdi: { verdict: 'authenticated', recovered: false } });
    expect(issued()).toBe(1);
    // One browser from first to last.
    const started = (await stack.eventsOf(task.id)).filter(({ type }) => type === 'session.started');
    expect(started).toHaveLength(1);
  },
  TIMEOUT_MS,
);

it(
  'is solved by a person in the live view, who hands back for the rest',
  async () => {
    const { task, issued, sessionId } = await parked(33);
    await stack.client.tasks.takeOver(task.id);
    const debug = await look(sessionId);
    await put(debug, 'input[name=codigo]', stack.gallery.captcha('jsp'));
    await stack.client.tasks.resume(task.id);
    const done = await stack.client.tasks.waitFor(task.id, WAIT);
    expect(done.failure).toBeNull();
    expect(done).toMatchObject({ status: 'COMPLETED', cfdi: { recovered: false } });
    expect(issued()).toBe(1);
  },
  TIMEOUT_MS,
);

it(
  'is all done by a person who asks for the invoice themselves: found, and not asked for again',
  async () => {
    const { task, issued, submits, sessionId } = await parked(34);
    await stack.client.tasks.takeOver(task.id);
    const debug = await look(sessionId);
    await put(debug, 'input[name=codigo]', stack.gallery.captcha('jsp'));
    await put(debug, 'input[type=submit]');
    await put(debug, 'input[name=nombre]', PROFILE.fullName);
    await put(debug, 'input[name=cp]', PROFILE.postalCode);
    await put(debug, 'input[name=correo]', 'xochilt@despacho.example');
    for (const [name, code] of Object.entries({ regimen: '612', uso: 'G03', pago: '04' })) {
      await put(debug, `select[name=${name}]`);
      // The list opens in the picture.
      await put(debug, `select[name=${name}] option[value="${code}"]`);
    }
    await put(debug, 'input[type=submit]');
    await until('the portal issued', () => issued() === 1);
    await stack.client.tasks.resume(task.id);
    const done = await stack.client.tasks.waitFor(task.id, WAIT);
    expect(done.failure).toBeNull();
    expect(done).toMatchObject({ status: 'COMPLETED', cfdi: { verdict: 'authenticated', recovered: true } });
    expect([issued(), submits()]).toEqual([1, 1]);
  },
  TIMEOUT_MS,
);
