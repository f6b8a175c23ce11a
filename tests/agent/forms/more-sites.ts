/** More makes: what a portal may look like that none of the others resembles. */
import { fieldsOf, files, html, LINKS, PERSON, portal, unlike, type TestPortal } from './sites.ts';

const RIGHT = { rfc: PERSON.rfc, nombre: PERSON.nombre, cp: PERSON.cp, regimen: '612', uso: 'G03' };
const REGIMES =
  '<option value="">Selecciona</option><option value="605">605 - Sueldos</option><option value="612">612 - Empresariales</option><option value="626">626 - RESICO</option>';
const USES =
  '<option value="">Selecciona</option><option value="G01">G01 - Mercancías</option><option value="G03">G03 - Gastos</option><option value="S01">S01 - Sin efectos</option>';
const row = (label: string, control: string) =>
  `<div class="form-group"><label>${label}</label>${control}<div class="invalid-feedback" style="display:none">Campo requerido</div></div>`;
const FISCAL =
  row('RFC', '<input name="rfc">') +
  row('Razón Social', '<input name="nombre">') +
  row('Código Postal', '<input name="cp">') +
  row('Régimen Fiscal', `<select name="regimen">${REGIMES}</select>`) +
  row('Uso CFDI', `<select name="uso">${USES}</select>`);

/** Tabs of which one is for lost invoices; a branch that is typed and chosen from suggestions; three boxes for a date. */
export function tabsPortal(): TestPortal {
  return portal(
    '/api',
    (fields) =>
      unlike(fields, {
        ...RIGHT,
        folio: 'A-004512',
        suc: '31',
        d: '18',
        m: '11',
        a: '2026',
        caja: '3',
        hora: '18:30',
      }),
    {
      '/': html(
        `<ul class="nav nav-tabs"><li><a href="#f" onclick="tab('f')">Facturar</a></li><li><a href="#c" onclick="tab('c')">Consultar factura</a></li></ul>
      <div id="f"><form onsubmit="event.preventDefault();emitir(this)">${row('Sucursal', '<input id="s" autocomplete="off" placeholder="Escribe tu sucursal"><ul id="sug" class="suggestions"></ul><input type="hidden" name="suc">')}${row('No. de Ticket', '<input name="folio">')}${row('Caja', '<input name="caja">')}
      ${row('Fecha de compra', '<input name="d" maxlength="2" size="2" placeholder="DD"> / <input name="m" maxlength="2" size="2" placeholder="MM"> / <input name="a" maxlength="4" size="4" placeholder="AAAA">')}${row('Hora', '<input name="hora" placeholder="HH:MM">')}${FISCAL}<button class="btn btn-primary">Facturar</button></form></div>
      <div id="c" style="display:none"><form>${row('RFC', '<input>')}${row('Folio', '<input>')}<button>Consultar</button></form></div><div id="toast"></div>`,
        `<script>const B=[['30','030 Roma Norte'],['31','031 Condesa'],['32','032 Del Valle']];addEventListener('DOMContentLoaded',()=>{s.oninput=()=>{sug.innerHTML=B.filter(b=>s.value&&b[1].toLowerCase().includes(s.value.toLowerCase())).map(b=>'<li class="suggestion" role="option" style="cursor:pointer" data-id="'+b[0]+'">'+b[1]+'</li>').join('')};sug.onclick=e=>{s.value=e.target.textContent;document.querySelector('[name=suc]').value=e.target.dataset.id;sug.innerHTML=''}});
      function tab(t){f.style.display=t==='f'?'':'none';c.style.display=t==='c'?'':'none'}async function emitir(x){if(!x.suc.value){toast.innerHTML='<div class="toast">Elige una sucursal de la lista</div>';return}const r=await fetch('/api',{method:'POST',body:new URLSearchParams(new FormData(x))});f.innerHTML=await r.text()}</script>`,
      ),
    },
    (wrong) =>
      wrong === null
        ? `<h3>Factura generada</h3><a href="/factura.xml" class="btn"><i class="icon-xml"></i> XML</a> <a href="/factura.pdf" class="btn">PDF</a>`
        : `<div class="alert alert-danger">${wrong}</div>`,
  );
}

/** The form opens in a new window; a native dialog element asks; the answer comes after a redirect that waits. */
export function windowPortal(): TestPortal {
  return portal(
    '/w/emitir',
    (fields) => unlike(fields, { ...RIGHT, ticket: 'A-004512' }),
    {
      '/': html(
        `<h1>Hotel Azul</h1><a href="#" onclick="window.open('/w');return false">Facturación en línea</a>`,
      ),
      '/w': html(
        `<h1>Facturación</h1><form id="f" action="/w/emitir" method="post">${row('Número de reservación', '<input name="ticket">')}${FISCAL}<button type="button" onclick="d.showModal()">Generar</button><dialog id="d"><p>Se generará su CFDI. ¿Confirma que los datos son correctos?</p><button type="button" onclick="d.close()">Revisar</button><button>Confirmar</button></dialog></form>`,
      ),
      '/w/listo': html(`<p>Su comprobante fiscal fue generado</p>${LINKS}`),
    },
    (wrong) =>
      html(
        wrong === null
          ? '<p>Procesando, espere…</p><meta http-equiv="refresh" content="2;url=/w/listo">'
          : `<p class="error">${wrong}</p>`,
      ),
  );
}

/** Icons for buttons, labels after their fields, nothing but Enter to search with, the XML written into the page. */
export function iconPortal(): TestPortal {
  return portal(
    '/i/emitir',
    (fields) => unlike(fields, { ...RIGHT, folio: 'A-004512', total: '1160.00' }),
    {
      '/': html(
        `<h2>Facturación</h2><form action="/i/datos" onkeydown="if(event.key==='Enter')this.submit()"><div><input id="a" name="folio"><label for="a">Folio</label></div><div><input id="b" name="total"><label for="b">Importe</label></div></form>`,
      ),
      '/i/datos': (request) => {
        const { folio = '', total = '' } = fieldsOf(request);
        return html(
          `<h2>Datos fiscales</h2><form action="/i/emitir" method="post"><input type="hidden" name="folio" value="${folio}"><input type="hidden" name="total" value="${total}">${FISCAL}<button class="fab" aria-label="Regresar" type="button" onclick="history.back()">←</button><button class="fab" title="Emitir factura"><svg width="20" height="20"><circle r="8" cx="10" cy="10"/></svg></button></form>`,
        );
      },
    },
    (wrong) =>
      html(
        wrong === null
          ? `<h2>Listo</h2><p>Copie su XML:</p><textarea rows="6" cols="60">&lt;?xml version="1.0"?&gt;&lt;cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Total="1160.00"&gt;&lt;/cfdi:Comprobante&gt;</textarea><a download="f.pdf" href="data:application/pdf;base64,${Buffer.from('%PDF-1.4\n%%EOF').toString('base64')}">Guardar PDF</a>`
          : `<p class="error">${wrong}</p>`,
      ),
  );
}

/** A toast that vanishes says that the ticket is not there yet; prices stand everywhere. */
export function toastPortal(): TestPortal {
  return portal(
    '/never',
    () => null,
    {
      '/': html(
        `<h1>Super Ahorro</h1><aside>Oferta: Total $ 99.00</aside><div>${row('Folio del ticket', '<input id="t">')}${row('Total', '<input id="m">')}<div role="button" tabindex="0" onclick="ir()">Buscar compra</div></div><div id="z"></div>`,
        `<script>async function ir(){await fetch('/q',{method:'POST',body:t.value});z.innerHTML='<div class="snackbar" style="position:fixed;bottom:0">Tu compra aún no está disponible para facturar. Podrás facturarla a partir del 25/11/2026.</div>';setTimeout(()=>z.innerHTML='',3000)}</script>`,
      ),
      '/q': 'ok',
    },
    () => '',
  );
}

/** A list of the portal's own invoices, of which one is this ticket's: the others are somebody's groceries. */
export function historyPortal(): TestPortal {
  return portal(
    '/never',
    () => null,
    {
      ...files,
      '/': html(
        `<h1>Portal</h1><a href="/facturar">Facturar ticket</a> <a href="/mis">Recupera tus facturas</a>`,
      ),
      '/facturar': html(
        `<form action="/never" method="post">${row('Folio', '<input name="folio">')}${FISCAL}<button>Facturar</button></form>`,
      ),
      '/mis': html(
        `<h2>Recupera tus facturas</h2><form action="/lista">${row('RFC', '<input name="rfc">')}${row('Ticket', '<input name="folio">')}<button>Buscar</button></form>`,
      ),
      '/lista': (request) =>
        unlike(fieldsOf(request), { rfc: PERSON.rfc, folio: 'A-004512' }) === null
          ? html(
              `<table><tr><th>Folio</th><th>Total</th><th></th></tr><tr><td>A-004512</td><td>$1,160.00</td><td><a href="/factura.xml" title="Descargar XML"><img alt="" width="16" height="16"></a> <a href="/factura.pdf" title="Descargar PDF"><img alt="" width="16" height="16"></a></td></tr></table>`,
            )
          : html('<p class="error">No se encontraron facturas</p>'),
    },
    () => html('issued'),
  );
}
