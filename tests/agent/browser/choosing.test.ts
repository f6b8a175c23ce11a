import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { find, literal, page, startBrowserHost, startSite, type BrowserHost, type Site } from './support.ts';

const STYLE = `<style>
  .dd { border: 1px solid #888; width: 320px; padding: 6px; cursor: pointer; }
  .panel { position: absolute; background: #fff; border: 1px solid #888; width: 320px; max-height: 160px; overflow: auto; }
  .row { padding: 6px; cursor: pointer; }
  .off { position: absolute; left: -9999px; }
  .box { display: inline-block; width: 16px; height: 16px; border: 1px solid #333; }
</style>`;

/** Divs with delegated listeners, no role, no label: a React list box. */
const DIV_LIST = `<div>Régimen fiscal</div><div class="dd" id="reg"><span>Selecciona una opción</span></div><div id="host"></div>
<script>
  const options = ['601 - General de Ley Personas Morales', '605 - Sueldos y Salarios', '612 - Actividades Empresariales', '626 - Simplificado de Confianza'];
  document.addEventListener('click', (e) => {
    if (e.target.closest('#reg')) setTimeout(() => {
      host.innerHTML = '<div class="panel">' + options.map((o) => '<div class="row"><span>' + o + '</span></div>').join('') + '</div>';
    }, 120);
    const row = e.target.closest('.row');
    if (row) { reg.firstChild.textContent = row.textContent; host.innerHTML = ''; }
  });
</script>`;

/** A combo that asks its server and shows suggestions while one types. */
const COMBO = `<label for="est">Estación</label><input id="est" role="combobox" aria-expanded="false" aria-controls="lista" autocomplete="off">
<ul id="lista" role="listbox" hidden></ul>
<script>
  est.oninput = async () => {
    const found = await (await fetch('/estaciones?q=' + encodeURIComponent(est.value))).json();
    lista.innerHTML = found.map((f) => '<li role="option">' + f + '</li>').join('');
    lista.hidden = false; est.setAttribute('aria-expanded', 'true');
  };
  lista.onmousedown = (e) => { est.value = e.target.textContent; lista.hidden = true; est.setAttribute('aria-expanded', 'false'); };
</script>`;

/** Draws only the rows in view. */
const VIRTUAL = `<div class="dd select" id="t" tabindex="0" aria-label="Tienda">Elige tienda</div>
<div class="panel" id="p" hidden><div id="in" style="position:relative;height:6000px"></div></div>
<script>
  const draw = () => { const first = Math.floor(p.scrollTop / 30); let h = '';
    for (let i = first; i < Math.min(first + 7, 200); i++) h += '<div class="row option" style="position:absolute;height:18px;top:' + i * 30 + 'px">Tienda ' + i + '</div>';
    document.getElementById('in').innerHTML = h; };
  t.onclick = () => { p.hidden = false; draw(); }; p.onscroll = draw;
  p.onclick = (e) => { if (e.target.classList.contains('row')) { t.textContent = e.target.textContent; p.hidden = true; } };
</script>`;

let host: BrowserHost;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  site = await startSite({
    '/div': page(DIV_LIST, STYLE),
    '/combo': page(COMBO, STYLE),
    '/virtual': page(VIRTUAL, STYLE),
    '/estaciones': (request) => {
      const wanted = new URL(request.url, 'http://x').searchParams.get('q')?.toLowerCase() ?? '';
      const found = ['Estación Norte 4021', 'Estación Sur 4022', 'Estación Centro 4023'].filter((name) =>
        name.toLowerCase().includes(wanted),
      );
      return { body: JSON.stringify(found), headers: { 'content-type': 'application/json' } };
    },
    '/stubborn':
      page(`<label>Uso <select id="s"><option>Ninguno</option><option>G03 Gastos</option><option disabled>S01 Sin efectos</option></select></label>
      <script>s.onchange = () => { s.selectedIndex = 0; }</script>`),
    '/trusted':
      page(`<label>Uso <select id="s"><option value="">Seleccione</option><option disabled>No</option><optgroup label="I"><option value="G01">Mercancías</option><option hidden>Oculta</option><option value="G03">Gastos</option></optgroup></select></label><output id="o"></output>
      <script>for (const type of ['input', 'change']) s.addEventListener(type, (e) => { o.textContent += type + ':' + e.isTrusted + ':' + s.value + ' '; })</script>`),
    '/fills':
      page(`<label>Régimen <select id="a"><option value="">-</option><option value="601">General</option></select></label>
      <label>Uso <select id="b"><option value="">-</option></select></label>
      <script>a.onchange = async () => { await new Promise((r) => setTimeout(r, 60)); const l = await (await fetch('/usos')).json(); for (const u of l) b.add(new Option(u, u.slice(0, 3))); }</script>`),
    '/usos': { body: '["G01 Mercancías","G03 Gastos"]', headers: { 'content-type': 'application/json' } },
    '/boxes': page(
      `<input type="checkbox" id="c" class="off"><label for="c"><span class="box"></span> Acepto el aviso de privacidad</label>
      <div role="checkbox" aria-checked="false" tabindex="0" aria-label="Con IEPS" onclick="this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')">x</div>
      <label><input type="checkbox" id="never" onclick="return false"> Nunca</label>`,
      STYLE,
    ),
    '/date-native': page('<label>Fecha <input type="date" id="d"></label>'),
    '/date-text': page(
      '<label>Fecha <input placeholder="mm/dd/aaaa"></label><label>Compra <input placeholder="dd/mm/aaaa"></label><label>Día <input placeholder="AAAA-MM-DD"></label>',
    ),
    '/date-picker': page(`<label for="d">Fecha de compra</label><input id="d" readonly>
      <div id="ui-datepicker" hidden style="position:absolute;background:#fff"><div class="head"><a class="prev" title="Anterior">‹</a><span class="title"></span><a class="next" title="Siguiente">›</a></div><table><tbody></tbody></table></div>
      <script>
        const names = ['Enero','Febrero','Marzo','Abril','Mayo','Junio','Julio','Agosto','Septiembre','Octubre','Noviembre','Diciembre'];
        const cal = document.getElementById('ui-datepicker'); let y = 2026, m = 2;
        const draw = () => { cal.querySelector('.title').textContent = names[m] + ' ' + y; const first = new Date(y, m, 1).getDay(); let h = '';
          for (let w = 0; w < 6; w++) { h += '<tr>'; for (let k = 0; k < 7; k++) { const d = new Date(y, m, 1 - first + w * 7 + k); h += '<td class="' + (d.getMonth() === m ? '' : 'other-month') + '"><a>' + d.getDate() + '</a></td>'; } h += '</tr>'; }
          cal.querySelector('tbody').innerHTML = h; };
        d.onclick = () => { cal.hidden = false; draw(); };
        cal.querySelector('.prev').onclick = () => { if (--m < 0) { m = 11; y--; } draw(); };
        cal.querySelector('.next').onclick = () => { if (++m > 11) { m = 0; y++; } draw(); };
        cal.querySelector('tbody').onclick = (e) => { const c = e.target.closest('td'); if (c && !c.className) { d.value = String(c.textContent).padStart(2, '0') + '/' + String(m + 1).padStart(2, '0') + '/' + y; cal.hidden = true; } };
      </script>`),
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
});

async function at(path: string) {
  const driver = await host.driver(site.origin);
  await driver.open(site.origin + path);
  const seen = await driver.snapshot();
  const id = (role: Parameters<typeof find>[1], words: string) => find(seen, role, words).id;
  return { driver, seen, id };
}

describe('choosing', () => {
  it('opens a list box made of divs, waits for its options, and reads the choice back', async () => {
    const { driver, seen, id } = await at('/div');
    expect(find(seen, 'listbox', 'Régimen').value).toBe('Selecciona una opción');
    const result = await driver.perform({
      kind: 'choose',
      target: id('listbox', 'Régimen'),
      optionText: '612 Actividades empresariales y profesionales',
    });
    expect(result).toMatchObject({ ok: true, valueNow: '612 - Actividades Empresariales' });
    expect(find(await driver.snapshot(), 'listbox', 'Régimen').value).toBe('612 - Actividades Empresariales');
  });

  it('says when a list box has no such option, and leaves it closed', async () => {
    const { driver, id } = await at('/div');
    const result = await driver.perform({
      kind: 'choose',
      target: id('listbox', 'Régimen'),
      optionText: '999 Nada de esto',
    });
    expect(result).toMatchObject({ ok: false, reason: 'not_actionable' });
  });

  it('finds an option by typing into a combo that asks its server', async () => {
    const { driver, id } = await at('/combo');
    const result = await driver.perform({
      kind: 'choose',
      target: id('listbox', 'Estación'),
      optionText: 'Sur 4022',
    });
    expect(result).toMatchObject({ ok: true, valueNow: 'Estación Sur 4022' });
  });

  it('pages through a list that draws only what is in view', async () => {
    const { driver, id } = await at('/virtual');
    const result = await driver.perform({
      kind: 'choose',
      target: id('listbox', 'Tienda'),
      optionText: 'Tienda 42',
    });
    expect(result).toMatchObject({ ok: true, valueNow: 'Tienda 42' });
  });

  it('notices that a native list took the choice back, and refuses disabled and unknown options', async () => {
    const { driver, id } = await at('/stubborn');
    const target = id('select', 'Uso');
    expect(await driver.perform({ kind: 'select', target, option: { text: 'G03 Gastos' } })).toMatchObject({
      ok: false,
      reason: 'no_effect',
    });
    expect(await driver.perform({ kind: 'select', target, option: { text: 'S01' } })).toMatchObject({
      ok: false,
      reason: 'not_actionable',
    });
    expect(await driver.perform({ kind: 'select', target, option: { value: 'X99' } })).toMatchObject({
      ok: false,
      reason: 'not_actionable',
    });
    expect(await driver.perform({ kind: 'click', target })).toMatchObject({
      ok: false,
      reason: 'not_actionable',
    });
  });

  it('chooses in a native list as a person does: one trusted change, nothing in between', async () => {
    const { driver, id } = await at('/trusted');
    const target = id('select', 'Uso');
    expect(await driver.perform({ kind: 'select', target, option: { value: 'G03' } })).toMatchObject({
      ok: true,
      valueNow: 'Gastos',
    });
    const log = (await driver.snapshot()).texts.find((text) => text.kind === 'result');
    expect(log?.text).toBe('input:true:G03 change:true:G03');
  });

  it('waits for the options that another choice loads, and calls that a change', async () => {
    const { driver, id } = await at('/fills');
    const result = await driver.perform({
      kind: 'select',
      target: id('select', 'Régimen'),
      option: { value: '601' },
    });
    expect(result).toEqual({ ok: true, changed: true, valueNow: 'General' });
    expect(find(await driver.snapshot(), 'select', 'Uso').options.map((option) => option.value)).toEqual([
      '',
      'G01',
      'G03',
    ]);
  });

  it('checks boxes whose real input is hidden behind a drawn one, and drawn ones of ARIA', async () => {
    const { driver, seen, id } = await at('/boxes');
    expect(find(seen, 'checkbox', 'aviso')).toMatchObject({
      visible: true,
      suspicious: false,
      checked: false,
    });
    for (const words of ['aviso', 'IEPS']) {
      expect(
        await driver.perform({ kind: 'check', target: id('checkbox', words), checked: true }),
      ).toMatchObject({ ok: true });
    }
    expect(
      await driver.perform({ kind: 'check', target: id('checkbox', 'Nunca'), checked: true }),
    ).toMatchObject({ ok: false, reason: 'no_effect' });
    const after = await driver.snapshot();
    expect(find(after, 'checkbox', 'aviso').checked).toBe(true);
    expect(find(after, 'checkbox', 'IEPS').checked).toBe(true);
  });
});

describe('dates', () => {
  const date = literal('2025-11-07');

  it('are put into native date fields', async () => {
    const { driver, id } = await at('/date-native');
    expect(
      await driver.perform({ kind: 'pickDate', target: id('textbox', 'Fecha'), value: date }),
    ).toMatchObject({ ok: true, valueNow: '2025-11-07' });
  });

  it('are typed in the order the field asks for', async () => {
    const { driver, id } = await at('/date-text');
    expect(
      await driver.perform({ kind: 'pickDate', target: id('textbox', 'Fecha'), value: date }),
    ).toMatchObject({ ok: true, valueNow: '11/07/2025' });
    expect(
      await driver.perform({ kind: 'pickDate', target: id('textbox', 'Compra'), value: date }),
    ).toMatchObject({ ok: true, valueNow: '07/11/2025' });
    expect(
      await driver.perform({ kind: 'pickDate', target: id('textbox', 'Día'), value: date }),
    ).toMatchObject({ ok: true, valueNow: '2025-11-07' });
  });

  it('are picked in the calendar of a read-only field, over months and years', async () => {
    const { driver, id } = await at('/date-picker');
    expect(
      await driver.perform({ kind: 'pickDate', target: id('textbox', 'Fecha'), value: date }),
    ).toMatchObject({ ok: true, valueNow: '07/11/2025' });
  });
});
