import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { find, literal, page, startBrowserHost, startSite, type BrowserHost, type Site } from './support.ts';

const FORM = page(`
  <h1>Facturación en línea</h1>
  <form action="/enviar" method="post">
    <table>
      <tr><td>RFC del cliente:</td><td><input name="txtRfc" maxlength="13"></td></tr>
      <tr><td>Razón social</td><td><input id="ctl00_txtNombre" name="nombre" value="Nombre anterior"></td></tr>
    </table>
    <label for="uso">Uso del CFDI *</label>
    <select id="uso" name="uso"><option value="">Selecciona</option><option value="G01">G01 - Adquisición de mercancías</option><option value="G03">G03 - Gastos en general</option></select>
    <fieldset><legend>Entrega</legend>
      <label><input type="checkbox" name="acepto"> Acepto los términos</label>
      <input type="radio" name="via" id="v1" value="mail"><label for="v1">Por correo</label>
      <input type="radio" name="via" id="v2" value="web"><label for="v2">Descarga</label>
    </fieldset>
    <input type="password" name="clave" aria-label="Contraseña" value="secreta">
    <button type="submit">Continuar</button>
  </form>
  <p class="aviso">Tiene 72 horas para facturar.</p>`);

let host: BrowserHost;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  site = await startSite({
    '/': FORM,
    '/enviar': page(
      '<div class="alert alert-danger">El ticket ya fue facturado</div><a href="/factura.pdf">PDF</a>',
    ),
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
});

describe('a plain form', () => {
  it('is seen with the words about each control, and is filled, sent and answered', async () => {
    const driver = await host.driver(site.origin);
    expect(await driver.open(`${site.origin}/`)).toEqual({ ok: true, httpStatus: 200 });
    const seen = await driver.snapshot();
    expect(seen.title).toBe('Prueba');
    expect(seen.httpStatus).toBe(200);
    expect(find(seen, 'textbox', 'txtRfc')).toMatchObject({
      name: 'RFC del cliente:',
      maxLength: 13,
      value: '',
      visible: true,
      covered: false,
      suspicious: false,
      labels: { near: 'RFC del cliente:', label: '', group: 'Facturación en línea' },
    });
    expect(find(seen, 'textbox', 'Razón social')).toMatchObject({ value: 'Nombre anterior' });
    expect(find(seen, 'select', 'Uso del CFDI')).toMatchObject({ required: true, value: 'Selecciona' });
    expect(find(seen, 'select', 'Uso del CFDI').options.map((option) => option.value)).toEqual([
      '',
      'G01',
      'G03',
    ]);
    expect(find(seen, 'radio', 'Por correo').labels.group).toBe('Entrega');
    expect(find(seen, 'textbox', 'Contraseña')).toMatchObject({ type: 'password', value: '' });
    expect(seen.texts).toContainEqual({
      frameId: 'f0',
      kind: 'alert',
      text: 'Tiene 72 horas para facturar.',
    });
    expect(seen.texts).toContainEqual({ frameId: 'f0', kind: 'heading', text: 'Facturación en línea' });

    const id = (role: Parameters<typeof find>[1], words: string) => find(seen, role, words).id;
    expect(
      await driver.perform({
        kind: 'fill',
        target: id('textbox', 'txtRfc'),
        value: literal('XAXX010101000'),
      }),
    ).toEqual({ ok: true, changed: false, valueNow: 'XAXX010101000' });
    expect(
      await driver.perform({
        kind: 'fill',
        target: id('textbox', 'Razón social'),
        value: literal('PÚBLICO EN GENERAL Ñ'),
      }),
    ).toMatchObject({ ok: true, valueNow: 'PÚBLICO EN GENERAL Ñ' });
    expect(
      await driver.perform({
        kind: 'select',
        target: id('select', 'Uso'),
        option: { text: 'gastos en general' },
      }),
    ).toMatchObject({ ok: true, valueNow: 'G03 - Gastos en general' });
    expect(
      await driver.perform({ kind: 'check', target: id('checkbox', 'Acepto'), checked: true }),
    ).toMatchObject({ ok: true });
    expect(
      await driver.perform({ kind: 'check', target: id('radio', 'Descarga'), checked: true }),
    ).toMatchObject({ ok: true });
    expect(await driver.perform({ kind: 'click', target: id('button', 'Continuar') })).toEqual({
      ok: true,
      changed: true,
    });

    const sent = new URLSearchParams(site.received.find((request) => request.method === 'POST')?.body);
    expect(Object.fromEntries(sent)).toEqual({
      txtRfc: 'XAXX010101000',
      nombre: 'PÚBLICO EN GENERAL Ñ',
      uso: 'G03',
      acepto: 'on',
      via: 'web',
      clave: 'secreta',
    });
    const after = await driver.snapshot();
    expect(after.url).toBe(`${site.origin}/enviar`);
    expect(after.texts).toContainEqual({ frameId: 'f0', kind: 'alert', text: 'El ticket ya fue facturado' });
    expect(find(after, 'link', 'PDF')).toMatchObject({ download: true, href: `${site.origin}/factura.pdf` });
  });
});
