import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { find, literal, page, startBrowserHost, startSite, type BrowserHost, type Site } from './support.ts';

let host: BrowserHost;
let site: Site;
let other: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  other = await startSite({
    '/inner': page(
      `<h2>Datos del ticket</h2><label>Folio <input id="f"></label><button onclick="t.textContent='Recibido ' + f.value">Buscar</button><div id="t" role="status"></div>`,
    ),
  });
  site = await startSite({
    '/shadow': page(`<x-open></x-open><x-closed></x-closed><script>
      for (const mode of ['open', 'closed']) customElements.define('x-' + mode, class extends HTMLElement {
        connectedCallback() { const root = this.attachShadow({ mode }); root.innerHTML = '<label>Campo ' + mode + ' <input></label><button>Ir ' + mode + '</button><output></output>';
          root.querySelector('button').onclick = (e) => { root.querySelector('output').textContent = mode + ' ' + root.querySelector('input').value + ' ' + e.isTrusted; }; } });
    </script>`),
    '/frames': () =>
      page(`<div style="height:1400px">Bienvenido</div><iframe src="http://localhost:${other.port}/inner" width="500" height="260" style="border:7px solid"></iframe>
      <iframe srcdoc="<label>Mismo origen <input></label>" width="300" height="80"></iframe><iframe src="/hidden" style="display:none"></iframe>`),
    '/hidden': page('<input aria-label="Nunca visto">'),
    '/modal': page(`<label>RFC <input></label><button>Continuar</button>
      <div style="position:fixed;inset:0;background:#0008" id="m"><div class="modal" role="dialog" aria-modal="true" style="position:fixed;top:100px;left:100px;background:#fff;padding:20px">
      ¿Están correctos sus datos? <button onclick="m.remove()">Sí, continuar</button></div></div>`),
    '/honey': page(`<label>RFC <input id="ok"></label>
      <div style="position:absolute;left:-5000px"><label>Sitio web <input name="website"></label></div>
      <input name="trap" tabindex="-1" style="opacity:0"><div aria-hidden="true"><input name="hp"></div>
      <input name="tiny" style="width:1px;height:1px"><input name="gone" style="display:none">`),
    '/table':
      page(`<table><thead><tr><th>Folio</th><th>Monto</th></tr></thead><tbody><tr><td><input name="c1"></td><td><input name="c2"></td></tr></tbody></table>
      <table><tr><td>A-77</td><td>$1,160.00</td></tr></table>
      <span id="ctl00_lblMensaje">Ticket no encontrado</span><p style="color:#c00">El RFC no es válido</p><p>Horario de atención: 9 a 18 h.</p>
      <span style="display:none" class="error">Error que no se ve</span>`),
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
  await other.stop();
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

describe('what is seen', () => {
  it.each(['open', 'closed'])('reaches into %s shadow roots', async (mode) => {
    const { driver, id } = await at('/shadow');
    expect(
      await driver.perform({ kind: 'fill', target: id('textbox', `Campo ${mode}`), value: literal('hola') }),
    ).toMatchObject({ ok: true });
    expect(await driver.perform({ kind: 'click', target: id('button', `Ir ${mode}`) })).toEqual({
      ok: true,
      changed: true,
    });
    expect(resultOf(await driver.snapshot())).toBe(`${mode} hola true`);
  });

  it('sees frames of any origin as part of the page, hidden ones not, and acts in them where they stand', async () => {
    const { driver, seen, id } = await at('/frames', {
      alsoPortals: [`http://localhost:${other.port}`],
      allowedPrivateHosts: ['127.0.0.1', 'localhost'],
    });
    expect(seen.frames.map((frame) => frame.main)).toEqual([true, false, false]);
    expect(seen.elements.some((element) => element.labels.aria === 'Nunca visto')).toBe(false);
    expect(find(seen, 'textbox', 'Folio').labels.group).toBe('Datos del ticket');
    expect(
      await driver.perform({ kind: 'fill', target: id('textbox', 'Folio'), value: literal('A-1') }),
    ).toMatchObject({ ok: true });
    expect(
      await driver.perform({ kind: 'fill', target: id('textbox', 'Mismo origen'), value: literal('B-2') }),
    ).toMatchObject({ ok: true, valueNow: 'B-2' });
    expect(await driver.perform({ kind: 'click', target: id('button', 'Buscar') })).toEqual({
      ok: true,
      changed: true,
    });
    const after = await driver.snapshot();
    expect(after.texts).toContainEqual(expect.objectContaining({ kind: 'alert', text: 'Recibido A-1' }));
  });

  it('knows what a modal covers, does not click through it, and clicks in it', async () => {
    const { driver, seen, id } = await at('/modal');
    expect(find(seen, 'textbox', 'RFC')).toMatchObject({ covered: true, inDialog: false });
    expect(find(seen, 'button', 'Sí, continuar')).toMatchObject({ covered: false, inDialog: true });
    expect(seen.texts).toContainEqual({
      frameId: 'f0',
      kind: 'dialog',
      text: '¿Están correctos sus datos? Sí, continuar',
    });
    const covered = find(seen, 'textbox', 'RFC').id;
    expect(await driver.perform({ kind: 'click', target: covered })).toMatchObject({
      ok: false,
      reason: 'covered',
    });
    expect(await driver.perform({ kind: 'click', target: id('button', 'Sí, continuar') })).toEqual({
      ok: true,
      changed: true,
    });
    expect(find(await driver.snapshot(), 'textbox', 'RFC').covered).toBe(false);
  });

  it('marks traps for robots as suspicious, and the honest field not', async () => {
    const { seen } = await at('/honey');
    const marks = Object.fromEntries(
      seen.elements.map((element) => [element.labels.name, element.visible && !element.suspicious]),
    );
    expect(marks).toEqual({ ok: true, website: false, trap: false, hp: false, tiny: false, gone: false });
  });

  it('takes column heads as names, and finds complaints by id, colour and class, not the hidden ones', async () => {
    const { seen } = await at('/table');
    expect(seen.elements.map((element) => element.name)).toEqual(['Folio', 'Monto']);
    const texts = seen.texts.map((text) => `${text.kind}: ${text.text}`);
    expect(texts).toContain('alert: Ticket no encontrado');
    expect(texts).toContain('alert: El RFC no es válido');
    expect(texts).toContain('result: A-77 $1,160.00');
    expect(texts).toContain('paragraph: Horario de atención: 9 a 18 h.');
    expect(texts.join()).not.toContain('no se ve');
  });

  it('gives equal fingerprints to equal pages whatever their values, and others to others', async () => {
    const { driver, seen, id } = await at('/modal');
    await driver.perform({ kind: 'click', target: id('button', 'Sí') });
    const bare = await driver.snapshot();
    await driver.perform({
      kind: 'fill',
      target: find(bare, 'textbox', 'RFC').id,
      value: literal('XAXX010101000'),
    });
    const filled = await driver.snapshot();
    expect(filled.fingerprint).toBe(bare.fingerprint);
    expect(filled.fingerprint).not.toBe(seen.fingerprint);
  });
});
