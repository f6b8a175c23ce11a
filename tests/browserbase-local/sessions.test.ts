import { connect } from 'node:net';
import { Browserbase } from '@browserbasehq/sdk';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  API_KEY,
  type TestServer,
  chromiumGroup,
  eventually,
  html,
  manualClock,
  sdk,
  socketStatus,
  startSite,
  startTestServer,
} from './support.ts';

/** What a call of the SDK was refused with. */
const refusal = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Browserbase.APIError)) throw new Error(`not refused by the API: ${String(error)}`);
  return error;
};

describe('sessions, by the official SDK', () => {
  let local: TestServer;
  let bb: Browserbase;
  let site: Awaited<ReturnType<typeof startSite>>;

  beforeAll(async () => {
    local = await startTestServer();
    bb = sdk(local.server.url);
    site = await startSite({ '/': html('<h1>Facturación</h1>'), '/other': html('<h1>Otra</h1>') });
  });
  afterAll(async () => {
    await local.stop();
    await site.stop();
  });

  it('creates a session that runs, and shows it as the SDK types it', async () => {
    const session = await bb.sessions.create({
      projectId: 'project-1',
      keepAlive: true,
      api_timeout: 600,
      region: 'us-east-1',
      userMetadata: { run: { id: 'run-1' } },
      browserSettings: { solveCaptchas: false, recordSession: false, logSession: false },
      proxies: [{ type: 'browserbase', geolocation: { country: 'MX' } }],
    });
    expect(session).toMatchObject({
      projectId: 'project-1',
      status: 'RUNNING',
      keepAlive: true,
      region: 'us-east-1',
      proxyBytes: 0,
      userMetadata: { run: { id: 'run-1' } },
    });
    expect(Date.parse(session.expiresAt) - Date.parse(session.startedAt)).toBe(600_000);
    expect(await bb.sessions.retrieve(session.id)).toEqual(session);
    await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
  });

  it('gives the browser the viewport that was asked for', async () => {
    const session = await bb.sessions.create({ browserSettings: { viewport: { width: 900, height: 500 } } });
    const browser = await chromium.connectOverCDP(session.connectUrl);
    const page = browser.contexts()[0]!.pages()[0]!;
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([900, 500]);
    await browser.close();
  });

  it('finds sessions by status and by a string of their metadata, newest first', async () => {
    const first = await bb.sessions.create({ keepAlive: true, userMetadata: { job: { id: '42' }, n: '1' } });
    const second = await bb.sessions.create({ keepAlive: true, userMetadata: { job: { id: '42' }, n: '2' } });
    const found = await bb.sessions.list({ q: "user_metadata['job']['id']:'42'" });
    expect(found.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(found[0]).not.toHaveProperty('connectUrl');
    expect(await bb.sessions.list({ q: "user_metadata['n']:'2'", status: 'RUNNING' })).toHaveLength(1);
    await bb.sessions.update(second.id, { status: 'REQUEST_RELEASE' });
    expect(await bb.sessions.list({ q: "user_metadata['n']:'2'", status: 'RUNNING' })).toEqual([]);
    expect(await bb.sessions.list({ q: "user_metadata['n']:'2'", status: 'COMPLETED' })).toHaveLength(1);
    await bb.sessions.update(first.id, { status: 'REQUEST_RELEASE' });
  });

  it('keeps the page as it was for whoever connects again to a keepAlive session', async () => {
    const session = await bb.sessions.create({ keepAlive: true });
    const before = await chromium.connectOverCDP(session.connectUrl);
    const page = before.contexts()[0]!.pages()[0]!;
    await page.goto(site.url);
    await page.evaluate(() => Object.assign(globalThis, { typed: 'XAXX010101000' }));
    await before.close();
    const after = await chromium.connectOverCDP(session.connectUrl);
    const same = after.contexts()[0]!.pages()[0]!;
    expect(same.url()).toBe(`${site.url}/`);
    expect(await same.evaluate(() => (globalThis as { typed?: string }).typed)).toBe('XAXX010101000');
    await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
  });

  it('ends a session without keepAlive when its client leaves, and not while another is there', async () => {
    const session = await bb.sessions.create();
    const one = await chromium.connectOverCDP(session.connectUrl);
    const two = await chromium.connectOverCDP(session.connectUrl);
    await one.close();
    expect((await bb.sessions.retrieve(session.id)).status).toBe('RUNNING');
    await two.close();
    const ended = await eventually(async () => {
      const seen = await bb.sessions.retrieve(session.id);
      return seen.status === 'RUNNING' ? undefined : seen;
    });
    expect(ended.status).toBe('COMPLETED');
    expect(ended).not.toHaveProperty('connectUrl');
  });

  it('disconnects the client on release, and lets nobody in afterwards', async () => {
    const session = await bb.sessions.create({ keepAlive: true });
    const browser = await chromium.connectOverCDP(session.connectUrl);
    const left = new Promise((resolve) => browser.once('disconnected', resolve));
    const released = await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
    expect(released.status).toBe('COMPLETED');
    expect(released.endedAt).toBeDefined();
    await left;
    expect(await socketStatus(session.connectUrl)).toBe(410);
    await expect(chromium.connectOverCDP(session.connectUrl)).rejects.toThrow('410');
    expect((await refusal(bb.sessions.debug(session.id))).status).toBe(410);
    expect((await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' })).endedAt).toBe(
      released.endedAt,
    );
  });

  it('keeps the cookies of two sessions apart', async () => {
    const [a, b] = await Promise.all([bb.sessions.create(), bb.sessions.create()]);
    const [inA, inB] = await Promise.all(
      [a, b].map((session) => chromium.connectOverCDP(session.connectUrl)),
    );
    const pageA = inA!.contexts()[0]!.pages()[0]!;
    await pageA.goto(site.url);
    await pageA.evaluate(() => void (document.cookie = 'session=a'));
    const pageB = inB!.contexts()[0]!.pages()[0]!;
    await pageB.goto(site.url);
    expect(await pageA.evaluate(() => document.cookie)).toBe('session=a');
    expect(await pageB.evaluate(() => document.cookie)).toBe('');
    await Promise.all([inA!.close(), inB!.close()]);
  });

  it('says ERROR when Chromium crashes, and disconnects the client', async () => {
    const session = await bb.sessions.create({ keepAlive: true });
    const browser = await chromium.connectOverCDP(session.connectUrl);
    const left = new Promise((resolve) => browser.once('disconnected', resolve));
    process.kill(await chromiumGroup(local.dataDir, session.id), 'SIGKILL');
    await left;
    const status = await eventually(async () => {
      const seen = await bb.sessions.retrieve(session.id);
      return seen.status === 'RUNNING' ? undefined : seen.status;
    });
    expect(status).toBe('ERROR');
    expect(await socketStatus(session.connectUrl)).toBe(410);
  });

  it('lists the commands of a client without what was in them, unless logSession is off', async () => {
    const logged = await bb.sessions.create({ keepAlive: true });
    const silent = await bb.sessions.create({ keepAlive: true, browserSettings: { logSession: false } });
    for (const { connectUrl } of [logged, silent]) {
      const browser = await chromium.connectOverCDP(connectUrl);
      await browser
        .contexts()[0]!
        .pages()[0]!
        .evaluate(() => 'secret-value');
      await browser.close();
    }
    const entries = await bb.sessions.logs.list(logged.id);
    expect(entries.map(({ method }) => method)).toContain('Runtime.callFunctionOn');
    expect(JSON.stringify(entries)).not.toContain('secret-value');
    expect(await bb.sessions.logs.list(silent.id)).toEqual([]);
    expect(await bb.sessions.recording.retrieve(logged.id)).toEqual([]);
    for (const { id } of [logged, silent]) await bb.sessions.update(id, { status: 'REQUEST_RELEASE' });
  });

  it('refuses what is wrong with the status and body of the real service', async () => {
    const unauthorized = await refusal(sdk(local.server.url, 'bb_wrong_key').sessions.list());
    expect(unauthorized.status).toBe(401);
    expect(unauthorized.error).toEqual({ statusCode: 401, error: 'Unauthorized', message: 'Unauthorized' });

    const missing = await refusal(bb.sessions.retrieve('00000000-0000-0000-0000-000000000000'));
    expect(missing.error).toEqual({ statusCode: 404, error: 'Not Found', message: 'Session not found' });

    const short = await refusal(bb.sessions.create({ api_timeout: 59 }));
    expect(short.error).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'body/timeout must be >= 60',
    });
    expect((await refusal(bb.sessions.create({ api_timeout: 21_601 }))).status).toBe(400);
    expect((await refusal(bb.sessions.list({ q: 'anything' }))).status).toBe(400);

    const proxies = [{ type: 'external' as const, server: 'http://127.0.0.1:1' }];
    expect((await refusal(bb.sessions.create({ proxies }))).status).toBe(400);
  });

  it('lets no client in without the right token', async () => {
    const session = await bb.sessions.create({ keepAlive: true });
    const url = new URL(session.connectUrl);
    url.searchParams.set('signingKey', 'x'.repeat(session.signingKey.length));
    expect(await socketStatus(url.toString())).toBe(401);
    url.searchParams.delete('signingKey');
    expect(await socketStatus(url.toString())).toBe(401);
    url.searchParams.set('apiKey', API_KEY);
    expect(await socketStatus(url.toString())).toBe(101);
    url.searchParams.set('sessionId', 'unknown');
    expect(await socketStatus(url.toString())).toBe(404);
    await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
  });
});

describe('requests that no client would send', () => {
  it('are answered, and do no harm to the server', async () => {
    const { server, stop } = await startTestServer();
    const { host, port } = new URL(server.url);
    const raw = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
        socket.once('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
        socket.once('error', reject);
      });
    const end = `Host: ${host}\r\nConnection: close\r\n\r\n`;
    const upgrade = `Host: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const key = `X-BB-API-Key: ${API_KEY}\r\n`;
    expect(await raw(`GET // HTTP/1.1\r\n${end}`)).toContain('400');
    expect(await raw(`GET // HTTP/1.1\r\n${upgrade}`)).toContain('400');
    expect(await raw(`GET /connect HTTP/1.1\r\n${upgrade}`)).toContain('404');
    expect(await raw(`GET /v1/sessions/../../etc/passwd HTTP/1.1\r\n${key}${end}`)).toContain('404');
    expect(await raw(`DELETE /v1/sessions HTTP/1.1\r\n${key}${end}`)).toContain('404');
    expect(await raw(`POST /v1/sessions HTTP/1.1\r\n${key}Content-Length: 3\r\n${end}{x}`)).toContain('400');
    expect(await raw(`POST /v1/sessions HTTP/1.1\r\n${key}Content-Length: 99999999999\r\n${end}`)).toContain(
      '413',
    );
    const session = await sdk(server.url).sessions.create({ keepAlive: true });
    const { pathname, search } = new URL(session.connectUrl);
    expect(await raw(`GET ${pathname}${search} HTTP/1.1\r\n${upgrade}`)).toContain('400');
    const upload = `POST /v1/sessions/${session.id}/uploads HTTP/1.1\r\n${key}Content-Length: 2\r\n${end}hi`;
    expect(await raw(upload)).toContain('400');
    expect((await sdk(server.url).sessions.retrieve(session.id)).status).toBe('RUNNING');
    await stop();
  });
});

describe('limits', () => {
  it('refuses a session over the limit with 429 and says when to come again, even for requests at once', async () => {
    const { server, stop } = await startTestServer({ maxConcurrent: 1 });
    const bb = sdk(server.url);
    const results = await Promise.allSettled([bb.sessions.create({ keepAlive: true }), bb.sessions.create()]);
    const created = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(created).toHaveLength(1);
    const [error] = refused;
    expect(error).toBeInstanceOf(Browserbase.RateLimitError);
    const { headers, error: body } = error as InstanceType<typeof Browserbase.RateLimitError>;
    expect(body).toEqual({
      statusCode: 429,
      error: 'Too Many Requests',
      message:
        "You've exceeded your max concurrent sessions limit (limit 1, currently 1). " +
        'Please contact support to increase your limit.',
    });
    expect(Number(headers?.['retry-after'])).toBeGreaterThan(0);
    expect(headers?.['x-ratelimit-limit']).toBe('1');
    expect(headers?.['x-ratelimit-remaining']).toBe('0');
    await bb.sessions.update(created[0]!.id, { status: 'REQUEST_RELEASE' });
    expect((await bb.sessions.create()).status).toBe('RUNNING');
    await stop();
  });

  it('takes the browser away when the time of a session is over', async () => {
    const clock = manualClock();
    const { server, stop } = await startTestServer({ clock });
    const bb = sdk(server.url);
    const session = await bb.sessions.create({ keepAlive: true, api_timeout: 60 });
    const browser = await chromium.connectOverCDP(session.connectUrl);
    const left = new Promise((resolve) => browser.once('disconnected', resolve));
    clock.advance(59_999);
    expect((await bb.sessions.retrieve(session.id)).status).toBe('RUNNING');
    clock.advance(1);
    await left;
    const ended = await bb.sessions.retrieve(session.id);
    expect(ended).toMatchObject({ status: 'TIMED_OUT', endedAt: session.expiresAt });
    expect(await socketStatus(session.connectUrl)).toBe(410);
    await stop();
  });
});
