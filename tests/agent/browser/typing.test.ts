import { vendorDomain } from '@cfdi-live/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  find,
  literal,
  page,
  startBrowserHost,
  startSite,
  type BrowserHost,
  type OpenOptions,
  type Site,
} from './support.ts';

/** A folio mask that builds its own value from key events, as jQuery masks do: pasted text is thrown away. */
const KEY_MASK = `<label for="folio">Folio</label><input id="folio" placeholder="___-____">
<script>
  const folio = document.querySelector('#folio'); let digits = '';
  const draw = () => { const p = (digits + '_______').slice(0, 7); folio.value = p.slice(0, 3) + '-' + p.slice(3); };
  folio.addEventListener('focus', draw);
  folio.addEventListener('keydown', (e) => {
    if (/^\\d$/.test(e.key)) digits = (digits + e.key).slice(0, 7);
    if (e.key === 'Backspace') digits = digits.slice(0, -1);
    if (e.key.length === 1 || e.key === 'Backspace') { e.preventDefault(); draw(); }
  });
  folio.addEventListener('input', () => draw());
</script>`;

let host: BrowserHost;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  site = await startSite({
    '/mask': page(KEY_MASK),
    '/money': page(`<label>Total <input id="t" value="0.00"></label>
      <script>t.onblur = () => { const n = Number(t.value.replace(/[^\\d.]/g, '')); t.value = '$ ' + n.toLocaleString('en-US', { minimumFractionDigits: 2 }); }</script>`),
    '/swallow': page(`<label>RFC <input id="r"></label><label>Nombre <input id="n"></label>
      <script>r.oninput = () => { r.value = ''; }; n.onblur = () => { n.value = ''; };</script>`),
    '/upper': page(
      '<label>RFC <input id="r" oninput="this.value = this.value.toUpperCase()" maxlength="13"></label>',
    ),
    '/fixed': page(`<label>Uno <input disabled></label><label>Dos <input readonly value="fijo"></label>
      <label>Tres <input></label><div contenteditable="true" aria-label="Notas">vieja</div>`),
    '/login': page(`<h1>Iniciar sesión</h1><form><label>Usuario <input></label>
      <label>Contraseña <input type="password"></label><button>Entrar</button></form>`),
    '/events': page(`<label>Uno <input id="u"></label><output id="log"></output>
      <script>for (const type of ['pointerdown', 'focus', 'keydown', 'beforeinput', 'input', 'change', 'blur'])
        u.addEventListener(type, (e) => { log.textContent += type + (e.isTrusted ? '' : '(fake)') + ' '; });</script>`),
    '/postback': (request) =>
      request.method === 'POST'
        ? page(
            `<h1>Segunda vuelta</h1><form method="post"><label>CP <input name="cp" value="${new URLSearchParams(request.body).get('cp')}"></label></form>`,
          )
        : page(
            `<form method="post" id="f"><label>CP <input name="cp" onchange="f.submit()"></label><label>Otro <input></label></form>`,
          ),
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
});

async function at(path: string, options: OpenOptions = {}) {
  const driver = await host.driver(site.origin, options);
  await driver.open(site.origin + path);
  const seen = await driver.snapshot();
  const id = (role: Parameters<typeof find>[1], words: string) => find(seen, role, words).id;
  return { driver, seen, id };
}

describe('typing', () => {
  it('falls back to keys where a mask throws pasted text away, and accepts the letters of the mask', async () => {
    const { driver, id } = await at('/mask');
    const result = await driver.perform({
      kind: 'fill',
      target: id('textbox', 'Folio'),
      value: literal('1234567'),
    });
    expect(result).toMatchObject({ ok: true, valueNow: '123-4567' });
  });

  it('types key by key over what a mask already holds', async () => {
    const { driver, id } = await at('/mask');
    const target = id('textbox', 'Folio');
    await driver.perform({ kind: 'type', target, value: literal('7654321') });
    expect(await driver.perform({ kind: 'type', target, value: literal('1112222') })).toMatchObject({
      ok: true,
      valueNow: '111-2222',
    });
  });

  it('replaces what was prefilled, and knows a formatted amount as equal', async () => {
    const { driver, id } = await at('/money');
    const result = await driver.perform({
      kind: 'fill',
      target: id('textbox', 'Total'),
      value: literal('1160.5'),
    });
    expect(result).toMatchObject({ ok: true, valueNow: '$ 1,160.50' });
  });

  it('reports fields that swallow what was typed, at once or when they are left', async () => {
    const { driver, id } = await at('/swallow');
    for (const words of ['RFC', 'Nombre']) {
      const result = await driver.perform({
        kind: 'fill',
        target: id('textbox', words),
        value: literal('XAXX010101000'),
      });
      expect(result).toMatchObject({ ok: false, reason: 'no_effect' });
      expect(JSON.stringify(result)).not.toContain('XAXX');
    }
  });

  it('accepts a field that writes in capitals', async () => {
    const { driver, id } = await at('/upper');
    const result = await driver.perform({
      kind: 'fill',
      target: id('textbox', 'RFC'),
      value: literal('cacx7605101p8'),
    });
    expect(result).toMatchObject({ ok: true, valueNow: 'CACX7605101P8' });
  });

  it('types a password into the password field of a login only, and shows it to nobody', async () => {
    const login = { domain: vendorDomain(site.origin), reveal: async () => 'Secreta-1' };
    const { driver, id, seen } = await at('/login', { login });
    const field = seen.elements.find(({ type }) => type === 'password')!.id;
    const fill = (target: string) =>
      driver.perform({ kind: 'fill', target, value: { source: 'credential.password', text: '' } });
    expect(await fill(id('textbox', 'Usuario'))).toMatchObject({ ok: false, reason: 'refused' });
    expect(await fill(field)).toMatchObject({ ok: true });
    expect(JSON.stringify(await driver.snapshot())).not.toContain('Secreta-1');

    const without = await at('/login');
    expect(
      await without.driver.perform({
        kind: 'fill',
        target: without.seen.elements.find(({ type }) => type === 'password')!.id,
        value: { source: 'credential.password', text: 'Secreta-1' },
      }),
    ).toMatchObject({ ok: false, reason: 'refused' });
  });

  it('refuses disabled and read-only fields', async () => {
    const { driver, id, seen } = await at('/fixed');
    const fill = (target: string) => driver.perform({ kind: 'fill', target, value: literal('nuevo') });
    expect(find(seen, 'textbox', 'Uno').disabled).toBe(true);
    expect(find(seen, 'textbox', 'Dos').readonly).toBe(true);
    expect(await fill(id('textbox', 'Uno'))).toMatchObject({ ok: false, reason: 'disabled' });
    expect(await fill(id('textbox', 'Dos'))).toMatchObject({ ok: false, reason: 'not_actionable' });
    expect(await fill(id('textbox', 'Tres'))).toMatchObject({ ok: true });
    const again = await driver.snapshot();
    expect(await fill(id('textbox', 'Notas'))).toMatchObject({ ok: false, reason: 'stale' });
    const notes = find(again, 'textbox', 'Notas');
    expect(
      await driver.perform({ kind: 'fill', target: notes.id, value: literal('nueva nota') }),
    ).toMatchObject({ ok: true, valueNow: 'nueva nota' });
  });

  it('sends events that the page trusts, in the order a person causes', async () => {
    const { driver, id } = await at('/events');
    await driver.perform({ kind: 'type', target: id('textbox', 'Uno'), value: literal('7') });
    const log = (await driver.snapshot()).texts.find((text) => text.kind === 'result')?.text;
    expect(log).toBe('pointerdown focus keydown beforeinput input change blur');
  });

  it('lets a field that posts the page back finish, and calls ids of the old page stale', async () => {
    const { driver, id } = await at('/postback');
    const other = id('textbox', 'Otro');
    const result = await driver.perform({
      kind: 'fill',
      target: id('textbox', 'CP'),
      value: literal('36257'),
    });
    expect(result).toMatchObject({ ok: true, changed: true });
    expect(await driver.perform({ kind: 'fill', target: other, value: literal('x') })).toMatchObject({
      ok: false,
      reason: 'stale',
    });
    expect(find(await driver.snapshot(), 'textbox', 'CP').value).toBe('36257');
  });
});
