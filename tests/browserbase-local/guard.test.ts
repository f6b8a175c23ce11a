/** The guard of a browser that no client works in: what leaves, what is counted, and that there is no moment without it. */
import type { Browserbase } from '@browserbasehq/sdk';
import { type Page, chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, API_KEY, eventually, html, sdk, startTestServer } from './support.ts';
import { startCountingSite } from './counting-site.ts';

const FORM = html(`<h1>Portal</h1><form method="post" action="/enviar"><button>Enviar</button></form>`);

let local: TestServer;
let bb: Browserbase;
let portal: Awaited<ReturnType<typeof startCountingSite>>;
let elsewhere: Awaited<ReturnType<typeof startCountingSite>>;
let session: { id: string; connectUrl: string };

beforeAll(async () => {
  local = await startTestServer();
  bb = sdk(local.server.url);
  portal = await startCountingSite({ '/': FORM, '/otra': html('<h1>Otra</h1>') });
  elsewhere = await startCountingSite({ '/': html('ajeno'), '/pixel': html('') });
});
beforeEach(async () => {
  session = await bb.sessions.create({ keepAlive: true });
  portal.received.length = 0;
  elsewhere.received.length = 0;
  return async () => {
    await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
  };
});
afterAll(async () => {
  await local.stop();
  await portal.stop();
  await elsewhere.stop();
});

type State = { active: boolean; since: string; requests: number; byHost: Record<string, number> };
const call = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
  const answer = await fetch(`${local.server.url}/v1/sessions/${session.id}${path}`, {
    method,
    headers: { 'x-bb-api-key': API_KEY, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as State & { message?: string } };
};
const rules = (parts: object = {}) => ({
  rules: {
    portalHosts: [portal.host],
    assetHosts: [elsewhere.host],
    secrets: ['CACX7605101P8'],
    contentSecurityPolicy: "connect-src 'self'; form-action 'self'",
    ...parts,
  },
});

/** Opens the portal as a run does, and leaves; the guard is put before the run's connection ends. */
const park = async (): Promise<void> => {
  const browser = await chromium.connectOverCDP(session.connectUrl);
  await browser.contexts()[0]!.pages()[0]!.goto(portal.url);
  expect((await call('POST', '/guard', rules())).body).toMatchObject({ active: true, requests: 0 });
  await browser.close();
};

/** The way of the portal page's live view. */
const view = async (onMessage: (text: string) => void): Promise<WebSocket> => {
  const { pages } = await bb.sessions.debug(session.id);
  const page = pages.find(({ url }) => url.startsWith(portal.url)) ?? pages[0]!;
  const path = new URL(page.debuggerUrl).searchParams.get('ws')!;
  const socket = new WebSocket(new URL(path, local.server.url.replace('http', 'ws')));
  // Before it is open: what comes first may come with it.
  socket.on('message', (data: Buffer) => onMessage(data.toString()));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
};

/** What a live view is told unasked when it comes; the answer to its own first question otherwise. */
const firstMessage = async (): Promise<string> => {
  let heard: (text: string) => void = () => undefined;
  const said = new Promise<string>((resolve) => (heard = resolve));
  const socket = await view((text) => heard(text));
  socket.send(JSON.stringify({ id: 1, method: 'Target.getTargets' }));
  const text = await said;
  socket.close();
  return text;
};

type Evaluated = { id?: number; result?: { result?: { value?: unknown } } };

/** A person's browser: what an expression in the portal's page comes to, by the way of its live view. */
const act = async (expression: string): Promise<unknown> => {
  let heard: (message: Evaluated) => void = () => undefined;
  const answer = new Promise<Evaluated>((resolve) => (heard = resolve));
  const socket = await view((text) => {
    const message = JSON.parse(text) as Evaluated;
    if (message.id === 1) heard(message);
  });
  const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
  const { result } = await answer;
  socket.close();
  return result?.result?.value;
};

describe('while no client is there', () => {
  it('counts what is sent to the portal, and lets it through', async () => {
    await park();
    await act(`document.querySelector('button').click()`);
    await eventually(() => portal.received.find(({ method }) => method === 'POST'));
    expect((await call('GET', '/guard')).body).toMatchObject({
      active: true,
      requests: 1,
      byHost: { [portal.host]: 1 },
    });
  });

  it('does not count looking', async () => {
    await park();
    await act(`fetch('/otra').then((answer) => answer.status)`);
    await eventually(() => portal.received.find(({ url }) => url === '/otra'));
    expect((await call('GET', '/guard')).body.requests).toBe(0);
  });

  it('lets no page call, post to or open another host, and no picture carry a value there', async () => {
    await park();
    const other = JSON.stringify(elsewhere.url);
    const refused = await act(`(async () => {
      const outcomes = [];
      outcomes.push(await fetch(${other} + '/x').then(() => 'sent', () => 'refused'));
      outcomes.push(await fetch(${other} + '/x', { method: 'POST', mode: 'no-cors' }).then(() => 'sent', () => 'refused'));
      const image = (path) => new Promise((resolve) => {
        const img = new Image();
        img.onload = img.onerror = () => resolve('over');
        img.src = ${other} + path;
      });
      await image('/pixel?rfc=' + btoa('CACX7605101P8'));
      await image('/pixel?n=1');
      navigator.sendBeacon(${other} + '/baliza', 'x');
      return outcomes;
    })()`);
    expect(refused).toEqual(['refused', 'refused']);
    await act(`location.href = ${other}; 0`);
    await eventually(() => elsewhere.received.find(({ url }) => url === '/pixel?n=1'));
    await act(`fetch('/otra').then(() => 0)`);
    expect(elsewhere.received.map(({ url }) => url)).toEqual(['/pixel?n=1']);
    expect(await act('location.href')).toBe(`${portal.url}/`);
  });

  it('holds in a tab that a person opens, from its first request on', async () => {
    await park();
    await act(`void open(${JSON.stringify(elsewhere.url)}); 0`);
    await act(`void open('/otra'); 0`);
    await eventually(() => portal.received.find(({ url }) => url === '/otra'));
    expect(elsewhere.received).toEqual([]);
  });

  it('gives documents its policy, so that the browser itself refuses WebSockets', async () => {
    await park();
    await act(`location.href = '/otra'; 0`);
    await eventually(async () =>
      (await act('document.title + location.pathname')) === 'Site/otra' ? true : undefined,
    );
    const ended = await act(`new Promise((resolve) => {
      try {
        const socket = new WebSocket(${JSON.stringify(elsewhere.url.replace('http', 'ws'))});
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      } catch { resolve('refused'); }
    })`);
    expect(ended).toBe('refused');
    expect(elsewhere.received).toEqual([]);
  });

  it('answers no dialog until a client comes, and then agrees to nothing', async () => {
    await park();
    const asked = act(`document.title = String(confirm('¿Generar la factura?')); 0`);
    // Whoever looks later is told of it too.
    await eventually(async () =>
      (await firstMessage()).includes('¿Generar la factura?') ? true : undefined,
    );
    const browser = await chromium.connectOverCDP(session.connectUrl);
    await asked;
    const page = browser.contexts()[0]!.pages()[0]!;
    expect(await page.title()).toBe('false');
    await browser.close();
  });
});

it('goes when it is lifted, and its last word stays', async () => {
  await park();
  await act(`document.querySelector('button').click()`);
  await eventually(() => portal.received.find(({ method }) => method === 'POST'));
  expect((await call('POST', '/guard/lift')).body).toMatchObject({ active: false, requests: 1 });
  const browser = await chromium.connectOverCDP(session.connectUrl);
  const page: Page = browser.contexts()[0]!.pages()[0]!;
  await page.goto(elsewhere.url);
  expect(elsewhere.received.length).toBeGreaterThan(0);
  expect((await call('GET', '/guard')).body).toMatchObject({ active: false, requests: 1 });
  await browser.close();
});

it('says what is wrong with rules, and what has none', async () => {
  expect((await call('GET', '/guard')).status).toBe(410);
  expect((await call('POST', '/guard/lift')).status).toBe(410);
  expect(await call('POST', '/guard', { rules: { portalHosts: 'x' } })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('portalHosts') },
  });
  expect((await call('POST', '/guard', {})).status).toBe(400);
  expect((await call('POST', '/guard', rules({ contentSecurityPolicy: 'a\r\nb: c' }))).status).toBe(400);
});
