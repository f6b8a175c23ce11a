import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { find, page, startBrowserHost, startSite, until, type BrowserHost, type Site } from './support.ts';

let host: BrowserHost;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  site = await startSite({
    '/modal': page(`<label>RFC <input></label><button>Continuar</button>
      <div style="position:fixed;inset:0;background:#0008" id="m"><div class="modal" role="dialog" aria-modal="true" style="position:fixed;top:100px;left:100px;background:#fff;padding:20px">
      ¿Están correctos sus datos? <button onclick="m.remove()">Sí, continuar</button></div></div>`),
    '/dialogs':
      page(`<button onclick="alert('Ticket inválido')">Avisa</button><button onclick="r.textContent = confirm('¿Desea facturar?') ? 'sí' : 'no'">Confirma</button>
      <button onclick="r.textContent = String(prompt('Escriba su folio', 'x'))">Pregunta</button><output id="r"></output><a href="/modal">Sale</a>
      <script>addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 'x'; })</script>`),
    '/opener': page(
      `<h1>Portal</h1><button onclick="window.open('/popup')">Ver en ventana</button><a href="/popup" target="_blank">Otra pestaña</a>`,
    ),
    '/popup': page(`<h1>Ventana nueva</h1><button onclick="window.close()">Cerrar</button>`),
    '/slow':
      page(`<button onclick="go()">Buscar</button><div id="s" class="spinner" hidden>Procesando…</div><output id="o"></output>
      <script>async function go() { s.hidden = false; await fetch('/slow-answer'); await new Promise((r) => setTimeout(r, 150)); s.hidden = true; o.textContent = 'Listo'; }</script>`),
    '/slow-answer': async () => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return 'ok';
    },
    '/restless':
      page(`<button onclick="o.textContent='Hecho'">Ya</button><output id="o"></output><i id="clock"></i><div style="animation: spin 1s infinite">.</div>
      <style>@keyframes spin { to { transform: rotate(1turn) } }</style><script>setInterval(() => { clock.textContent = Date.now() }, 30); fetch('/never')</script>`),
    '/never': () => new Promise<string>(() => undefined),
    '/later': page(
      `<output id="o">Espere</output><script>setTimeout(() => { o.textContent = 'Su factura está lista' }, 1500)</script>`,
    ),
    '/moving':
      page(`<button id="b" style="position:absolute;left:20px;top:20px" onclick="o.textContent='tocado'">Facturar</button><output id="o" style="position:absolute;top:200px"></output>
      <script>let x = 20; const t = setInterval(() => { x += 12; b.style.left = x + 'px'; if (x > 300) clearInterval(t); }, 20)</script>`),
    '/hang': page('<button onclick="while (true) {}">Cuelga</button>'),
    '/deaf': page('<button>No hace nada</button>'),
    '/gone': page(
      '<div id="h"><button>Uno</button></div><button onclick="h.innerHTML = `<button>Uno</button>`">Redibuja</button>',
    ),
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
});

async function at(path: string, options: Parameters<BrowserHost['driver']>[1] = {}) {
  const driver = await host.driver(site.origin, options);
  await driver.open(site.origin + path);
  const seen = await driver.snapshot();
  const id = (role: Parameters<typeof find>[1], words: string) => find(seen, role, words).id;
  return { driver, seen, id };
}

const resultOf = (snapshot: { texts: { kind: string; text: string }[] }) =>
  snapshot.texts.find((text) => text.kind === 'result')?.text;

describe('native dialogs', () => {
  it('are answered at once and reported', async () => {
    const { driver, id } = await at('/dialogs');
    expect(await driver.perform({ kind: 'click', target: id('button', 'Avisa') })).toEqual({
      ok: true,
      changed: true,
    });
    expect(await driver.perform({ kind: 'click', target: id('button', 'Confirma') })).toMatchObject({
      ok: true,
    });
    const confirmed = await driver.snapshot();
    expect(confirmed.nativeDialogs).toEqual([
      { kind: 'alert', message: 'Ticket inválido', answer: 'accepted' },
      { kind: 'confirm', message: '¿Desea facturar?', answer: 'accepted' },
    ]);
    expect(resultOf(confirmed)).toBe('sí');
    await driver.perform({ kind: 'click', target: find(confirmed, 'button', 'Pregunta').id });
    const asked = await driver.snapshot();
    expect(asked.nativeDialogs).toEqual([
      { kind: 'prompt', message: 'Escriba su folio', answer: 'dismissed' },
    ]);
    expect(resultOf(asked)).toBe('null');
    await driver.perform({ kind: 'click', target: find(asked, 'link', 'Sale').id });
    const left = await driver.snapshot();
    expect(left.url).toBe(`${site.origin}/modal`);
    expect(left.nativeDialogs.map((dialog) => [dialog.kind, dialog.answer])).toEqual([
      ['beforeunload', 'accepted'],
    ]);
  });
});

describe('tabs', () => {
  it.each([
    ['button', 'Ver en ventana'],
    ['link', 'Otra pestaña'],
  ] as const)('a %s that opens one makes it the active one, until it closes', async (role, words) => {
    const { driver, id } = await at('/opener');
    expect(await driver.perform({ kind: 'click', target: id(role, words) })).toEqual({
      ok: true,
      changed: true,
    });
    const popup = await driver.snapshot();
    expect(popup.url).toBe(`${site.origin}/popup`);
    expect(popup.tabs.map((tab) => tab.active)).toEqual([false, true]);
    if (role === 'link') return;
    await driver.perform({ kind: 'click', target: find(popup, 'button', 'Cerrar').id });
    expect((await driver.snapshot()).url).toBe(`${site.origin}/opener`);
  });
});

describe('waiting', () => {
  it('lasts until a slow answer and its spinner are through', async () => {
    const { driver, id } = await at('/slow');
    await driver.perform({ kind: 'click', target: id('button', 'Buscar') });
    expect(resultOf(await driver.snapshot())).toBe('Listo');
  });

  it('does not wait for clocks, endless animations and long polls', async () => {
    const { driver, id } = await at('/restless', { actionTimeoutMs: 20_000 });
    const start = performance.now();
    expect(await driver.perform({ kind: 'click', target: id('button', 'Ya') })).toEqual({
      ok: true,
      changed: true,
    });
    expect(resultOf(await driver.snapshot())).toBe('Hecho');
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it('sees a change that comes by itself, and says when none comes', async () => {
    const { driver } = await at('/later');
    expect(await driver.waitForChange(5_000)).toBe(true);
    expect(resultOf(await driver.snapshot())).toBe('Su factura está lista');
    expect(await driver.waitForChange(300)).toBe(false);
  });

  it('clicks a moving button where it comes to rest', async () => {
    const { driver, id } = await at('/moving');
    await driver.perform({ kind: 'click', target: id('button', 'Facturar') });
    expect(resultOf(await driver.snapshot())).toBe('tocado');
  });

  it('gives up on a page that hangs', async () => {
    const { driver, id } = await at('/hang', { actionTimeoutMs: 1_500 });
    const start = performance.now();
    expect(await driver.perform({ kind: 'click', target: id('button', 'Cuelga') })).toMatchObject({
      ok: false,
      reason: 'timeout',
    });
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('is honest about a click without effect', async () => {
    const { driver, id } = await at('/deaf');
    expect(await driver.perform({ kind: 'click', target: id('button', 'No hace nada') })).toEqual({
      ok: true,
      changed: false,
    });
  });

  it('calls an element stale that was drawn anew', async () => {
    const { driver, id } = await at('/gone');
    await driver.perform({ kind: 'click', target: id('button', 'Redibuja') });
    expect(await driver.perform({ kind: 'click', target: id('button', 'Uno') })).toMatchObject({
      ok: false,
      reason: 'stale',
    });
  });

  it('stops at once when the run is aborted, and acts no more', async () => {
    const abort = new AbortController();
    const { driver, id } = await at('/slow', { signal: abort.signal });
    const target = id('button', 'Buscar');
    const acting = driver.perform({ kind: 'click', target });
    await until(() => site.received.some((request) => request.url === '/slow-answer'));
    abort.abort(new Error('lease lost'));
    await expect(acting).rejects.toThrow('lease lost');
    await expect(driver.perform({ kind: 'click', target })).rejects.toThrow('lease lost');
    await expect(driver.snapshot()).rejects.toThrow('lease lost');
    await expect(driver.open(site.origin)).rejects.toThrow('lease lost');
  });
});

describe('opening', () => {
  it('is given up at once when the run is aborted', async () => {
    const abort = new AbortController();
    const driver = await host.driver(`${site.origin}/never`, { signal: abort.signal });
    const opening = driver.open(`${site.origin}/never`);
    await until(() => site.received.some((request) => request.url === '/never'));
    abort.abort(new Error('cut off'));
    await expect(opening).rejects.toThrow('cut off');
  });

  it('tells a dead portal from one that leads away', async () => {
    const gone = await startSite({});
    await gone.stop();
    const driver = await host.driver(gone.origin);
    expect(await driver.open(gone.origin)).toMatchObject({
      ok: false,
      reason: 'portal_down',
      detail: 'ERR_CONNECTION_REFUSED',
    });
    expect(await driver.open(site.origin)).toMatchObject({ ok: false, reason: 'navigation_blocked' });
    expect(await driver.open('file:///etc/passwd')).toMatchObject({
      ok: false,
      reason: 'navigation_blocked',
    });
    expect(site.received.some((request) => request.url === '/')).toBe(false);
  });

  it('goes back, reloads, scrolls, presses keys and takes pictures', async () => {
    const { driver, id } = await at('/opener');
    await driver.perform({ kind: 'scroll', target: null });
    expect((await driver.screenshot())?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    expect(await driver.perform({ kind: 'press', target: id('link', 'Otra'), key: 'Enter' })).toMatchObject({
      ok: true,
      changed: true,
    });
    await until(async () => (await driver.snapshot()).url.endsWith('/popup'));
    expect(await driver.perform({ kind: 'reload' })).toMatchObject({ ok: true });
    expect(await driver.perform({ kind: 'openLink', target: 'x' })).toMatchObject({
      ok: false,
      reason: 'stale',
    });
  });
});
