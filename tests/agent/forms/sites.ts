/** Small portals of many makes, for one test each. They count what they issue. */
import type { Answer, Pages, Received } from '../browser/support.ts';

export interface TestPortal {
  pages: Pages;
  /** What was sent with each request to issue. */
  issued: Record<string, string>[];
  /** What was sent and refused, where a portal keeps it. */
  refused?: Record<string, string>[];
}

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Total="1160.00"><cfdi:Emisor Rfc="AAA010101AAA"/></cfdi:Comprobante>`;
const PDF = '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF';

export function html(body: string, head = ''): string {
  return `<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Portal</title>${head}</head><body>${body}</body></html>`;
}

export function fieldsOf(request: Received): Record<string, string> {
  const query = new URL(request.url, 'http://x').searchParams;
  const body =
    request.headers['content-type']?.includes('json') === true
      ? new Map(Object.entries(JSON.parse(request.body) as object))
      : new URLSearchParams(request.body);
  return Object.fromEntries([...query, ...body].map(([name, value]) => [name, String(value)]));
}

/** The files that every portal hands out in the end. */
export const files: Pages = {
  '/factura.xml': {
    body: XML,
    headers: {
      'content-type': 'application/xml',
      'content-disposition': 'attachment; filename="factura.xml"',
    },
  },
  '/factura.pdf': {
    body: PDF,
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="factura.pdf"',
    },
  },
};

export const LINKS = '<a href="/factura.xml">XML</a> <a href="/factura.pdf">PDF</a>';

/** A portal whose request to `issuePath` issues, when `check` finds nothing wrong. */
export function portal(
  issuePath: string,
  check: (fields: Record<string, string>) => string | null,
  pages: Pages,
  done: (wrong: string | null) => Answer | string,
): TestPortal {
  const issued: Record<string, string>[] = [];
  return {
    issued,
    pages: {
      ...files,
      ...pages,
      [issuePath]: (request) => {
        if (request.method === 'GET' && pages[issuePath] !== undefined) return pages[issuePath] as string;
        const fields = fieldsOf(request);
        const wrong = check(fields);
        if (wrong === null) issued.push(fields);
        return done(wrong);
      },
    },
  };
}

/** The fields that differ from what should have been typed, or null. */
export function unlike(fields: Record<string, string>, wanted: Record<string, string>): string | null {
  const wrong = Object.entries(wanted).filter(([name, value]) => fields[name] !== value);
  return wrong.length === 0
    ? null
    : `Datos incorrectos: ${wrong.map(([name]) => `${name}=${fields[name] ?? ''}`).join(', ')}`;
}

export const PERSON = { rfc: 'CACX7605101P8', nombre: 'XOCHILT CASAS CHAVEZ', cp: '36257' };

/** Tables without labels, server-rendered, the answer in a bare font tag; a sample ticket and a newsletter beside it. */
export function tablePortal(): TestPortal {
  return portal(
    '/emitir.jsp',
    (fields) =>
      unlike(fields, {
        fol: 'A-004512',
        fec: '18/11/2026',
        imp: '1160.00',
        r: PERSON.rfc,
        n: PERSON.nombre,
        c: PERSON.cp,
        reg: '612',
        uso: 'G03',
      }),
    {
      '/': html(`<table><tr><td><a href="/">Inicio</a> | <a href="/ubicacion">Ubicación</a> | <a href="/portal.jsp">Facturación Electrónica</a> | <a href="mailto:x@y.mx">Contacto</a></td></tr></table>
        <h1>Café La Parroquia</h1><p>El mejor café desde 1926.</p><form action="/boletin"><input type="email" name="b" placeholder="Tu correo"><button>Suscribirme</button></form>`),
      '/portal.jsp':
        html(`<p>Recuerde que tiene 30 días para facturar. Si su ticket ya fue facturado consulte a su sucursal.</p><img alt="ticket de muestra" width="10" height="10">
        <p>TOTAL $ 85.00 FOLIO Z-111111</p>
        <form action="/emitir.jsp" method="post"><table>
        <tr><td>Folio de la nota</td><td><input name="fol"></td></tr><tr><td>Fecha (dd/mm/aaaa)</td><td><input name="fec"></td></tr><tr><td>Importe</td><td><input name="imp"></td></tr>
        <tr><td colspan=2><b>Datos del cliente</b></td></tr>
        <tr><td>R.F.C.</td><td><input name="r" size=13></td></tr><tr><td>Nombre</td><td><input name="n"></td></tr><tr><td>C.P.</td><td><input name="c"></td></tr>
        <tr><td>Régimen</td><td><select name="reg"><option value="">--</option><option value="601">General de Ley Personas Morales</option><option value="612">Personas Físicas con Actividades Empresariales y Profesionales</option><option value="626">Régimen Simplificado de Confianza</option></select></td></tr>
        <tr><td>Uso</td><td><select name="uso"><option value="">--</option><option value="G01">Adquisición de mercancías</option><option value="G03">Gastos en general</option><option value="S01">Sin efectos fiscales</option></select></td></tr>
        <tr><td></td><td><input type="reset" value="Limpiar"> <input type="submit" value="Enviar"> <input type="button" value="Cancelar" onclick="location='/'"></td></tr></table></form>`),
    },
    (wrong) =>
      html(
        wrong === null
          ? `<center><b>Su factura se generó correctamente</b><br>${LINKS}</center>`
          : `<font>${wrong}</font>`,
      ),
  );
}

/** Nothing but placeholders, buttons made of divs, dependent lists filled by requests, a promotion box. */
export function placeholderPortal(): TestPortal {
  return portal(
    '/api/factura',
    (fields) =>
      unlike(fields, {
        ticket: 'A-004512',
        total: '1160.00',
        rfc: PERSON.rfc,
        cp: PERSON.cp,
        regimen: '612',
        uso: 'G03',
        terminos: 'true',
        promo: 'false',
      }),
    {
      '/': html(
        `<div class="card"><h2>Factura tu consumo</h2><div><input id="a" placeholder="Número de ticket"></div><div><input id="b" placeholder="Total con IVA"></div>
        <div><input id="c" placeholder="Tu RFC" maxlength="13"></div><div><input id="d" placeholder="Nombre o razón social"></div><div><input id="e" placeholder="Código postal"></div><div><input id="f" placeholder="Correo electrónico"></div>
        <div><select id="g" aria-label="Régimen fiscal"><option>Escribe tu RFC</option></select></div><div><select id="h" aria-label="Uso de CFDI" disabled><option>Elige régimen</option></select></div>
        <label><input type="checkbox" id="p"> Quiero recibir promociones</label><br><label><input type="checkbox" id="t"> Acepto los términos y condiciones</label>
        <div id="go" class="btn off">Obtener mi factura</div><div class="btn" onclick="document.querySelectorAll('input').forEach(i=>i.value='')">Limpiar</div><div id="out"></div></div>`,
        `<style>.btn{cursor:pointer;background:#08c;color:#fff;width:200px;padding:8px;margin:8px 0}.off{opacity:.4}</style><script>addEventListener('DOMContentLoaded',()=>{const $=i=>document.getElementById(i);
        const check=()=>$('go').classList.toggle('off',!$('t').checked);$('t').onchange=check;
        $('c').onblur=async()=>{const r=await fetch('/api/regimenes',{method:'POST',body:$('c').value});$('g').innerHTML=await r.text()};
        $('g').onchange=async()=>{const r=await fetch('/api/usos?r='+$('g').value);$('h').innerHTML=await r.text();$('h').disabled=false};
        $('go').onclick=async()=>{if(!$('t').checked)return;const r=await fetch('/api/factura',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({ticket:$('a').value,total:$('b').value,rfc:$('c').value,nombre:$('d').value,cp:$('e').value,correo:$('f').value,regimen:$('g').value,uso:$('h').value,terminos:$('t').checked,promo:$('p').checked})});$('out').innerHTML=await r.text()}});</script>`,
      ),
      '/api/regimenes':
        '<option value="">Elige</option><option value="605">605 Sueldos y Salarios</option><option value="612">612 Actividades Empresariales</option><option value="626">626 RESICO</option>',
      '/api/usos':
        '<option value="">Elige</option><option value="G01">G01 Mercancías</option><option value="G03">G03 Gastos en general</option><option value="S01">S01 Sin efectos</option>',
    },
    (wrong) =>
      wrong === null ? `<p>¡Listo! Tu CFDI fue emitido.</p>${LINKS}` : `<p class="error">${wrong}</p>`,
  );
}

/** In English, with a guest door beside a login, American dates, and a native confirm. */
export function englishPortal(): TestPortal {
  return portal(
    '/issue',
    (fields) =>
      unlike(fields, {
        receipt: 'A-004512',
        date: '11/18/2026',
        amount: '1160.00',
        taxid: PERSON.rfc,
        legal: PERSON.nombre,
        zip: PERSON.cp,
        regime: '612',
        use: 'G03',
      }),
    {
      '/': html(
        `<h1>Guest services</h1><form action="/login" method="post"><label>User name <input name="u"></label><label>Password <input type="password" name="p"></label><button>Log in</button></form><a href="/invoice">Invoice as guest</a> <a href="/help">Help</a>`,
      ),
      '/invoice':
        html(`<h1>Get your invoice</h1><form action="/issue" method="post" onsubmit="return confirm('Create the invoice now?')">
        <label for="x1">Receipt number</label><input id="x1" name="receipt"><label for="x2">Purchase date</label><input id="x2" name="date" placeholder="MM/DD/YYYY"><label for="x3">Amount paid</label><input id="x3" name="amount" inputmode="decimal">
        <label for="x4">Tax ID (RFC)</label><input id="x4" name="taxid"><label for="x5">Legal name</label><input id="x5" name="legal"><label for="x6">ZIP code</label><input id="x6" name="zip">
        <label for="x7">Tax regime</label><select id="x7" name="regime"><option value="">Select</option><option value="601">601</option><option value="612">612</option><option value="626">626</option></select>
        <label for="x8">CFDI use</label><select id="x8" name="use"><option value="">Select</option><option value="G01">G01 - Acquisition of goods</option><option value="G03">G03 - General expenses</option><option value="S01">S01</option></select>
        <button type="button" onclick="history.back()">Back</button><button>Create invoice</button></form>`),
    },
    (wrong) =>
      html(
        wrong === null ? `<h2>Your invoice has been issued</h2>${LINKS}` : `<div role="alert">${wrong}</div>`,
      ),
  );
}

/** A code over four boxes, an RFC over three, the date over three lists; a look-up by GET before the rest. */
export function splitPortal(): TestPortal {
  const months = [
    'Enero',
    'Febrero',
    'Marzo',
    'Abril',
    'Mayo',
    'Junio',
    'Julio',
    'Agosto',
    'Septiembre',
    'Octubre',
    'Noviembre',
    'Diciembre',
  ];
  const options = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `<option>${from + i}</option>`).join('');
  return portal(
    '/timbrar',
    (fields) =>
      unlike(fields, { r1: 'CACX', r2: '760510', r3: '1P8', cp: PERSON.cp, reg: '612', uso: 'G03' }),
    {
      '/': html(`<h3>Paso 1</h3><form action="/paso2"><p>Código de facturación: <input name="k1" maxlength=4 size=4> - <input name="k2" maxlength=4 size=4> - <input name="k3" maxlength=4 size=4> - <input name="k4" maxlength=4 size=4></p>
        <p>Fecha de compra: <select name="d" aria-label="Día"><option value="">Día</option>${options(1, 31)}</select><select name="m" aria-label="Mes"><option value="">Mes</option>${months.map((name, i) => `<option value="${i + 1}">${name}</option>`).join('')}</select><select name="y" aria-label="Año"><option value="">Año</option>${options(2024, 2026)}</select></p>
        <button type="button" onclick="location='/'">Regresar</button> <button>Siguiente</button></form>`),
      '/paso2': (request) => {
        const wrong = unlike(fieldsOf(request), {
          k1: 'WX12',
          k2: '34YZ',
          k3: '5678',
          k4: '90AB',
          d: '18',
          m: '11',
          y: '2026',
        });
        return wrong !== null
          ? html(`<p class="alert">Ticket no encontrado. ${wrong}</p>`)
          : html(`<h3>Paso 2</h3><p>Compra por $1,160.00</p><form action="/timbrar" method="post"><p>RFC: <input name="r1" maxlength=4 size=4><input name="r2" maxlength=6 size=6><input name="r3" maxlength=3 size=3></p>
          <p>Nombre: <input name="n"></p><p>CP: <input name="cp" maxlength=5></p><p>Régimen: <select name="reg"><option value="">-</option><option value="605">Sueldos y Salarios</option><option value="612">Actividades Empresariales y Profesionales</option><option value="626">Simplificado de Confianza</option></select></p>
          <p>Uso: <select name="uso"><option value="">-</option><option value="G01">Mercancías</option><option value="G03">Gastos en general</option><option value="S01">Sin efectos fiscales</option></select></p><button>Timbrar</button></form>`);
      },
    },
    (wrong) =>
      html(
        wrong === null
          ? `<p>Factura timbrada con éxito</p><p><a href="/factura.xml"><img alt="Descargar XML" width=16 height=16></a><a href="/factura.pdf"><img alt="Descargar PDF" width=16 height=16></a></p>`
          : `<p class="alert">${wrong}</p>`,
      ),
  );
}

/** Everything inside a frame; the document goes out by mail. Stale data of another customer stands in the fields. */
export function framePortal(): TestPortal {
  return portal(
    '/f/generar',
    (fields) =>
      unlike(fields, {
        folio: 'A-004512',
        total: '1160.00',
        rfc: PERSON.rfc,
        razon: PERSON.nombre,
        cp: PERSON.cp,
        regimen: '612',
        uso: 'G03',
        mail: 't-abc@inbound.example',
        mail2: 't-abc@inbound.example',
      }),
    {
      '/': html(
        '<h1>Gasolinera El Faro</h1><iframe src="/f" width="800" height="900" title="Facturación"></iframe>',
      ),
      '/f': html(`<form action="/f/generar" method="post"><fieldset><legend>Ticket</legend><label>Folio <input name="folio"></label><label>Total <input name="total"></label></fieldset>
        <fieldset><legend>Cliente</legend><label>RFC <input name="rfc" value="XIA190128J61"></label><label>Razón social <input name="razon" value="INDISTRIA ILUMINADORA DE ALMACENES"></label><label>Código postal <input name="cp" value="63900"></label>
        <label>Régimen fiscal <select name="regimen"><option value="601" selected>601 Morales</option><option value="612">612 Físicas</option><option value="626">626 RESICO</option></select></label>
        <label>Uso CFDI <select name="uso"><option value="S01">S01 Sin efectos</option><option value="G01">G01</option><option value="G03">G03 Gastos</option></select></label>
        <label>Correo <input name="mail"></label><label>Repita su correo <input name="mail2"></label></fieldset><button>Generar factura</button></form>`),
    },
    (wrong) =>
      html(
        wrong === null
          ? '<div class="alert alert-success">Su factura ha sido enviada al correo t-abc@inbound.example</div>'
          : `<div class="alert alert-danger">${wrong}</div>`,
      ),
  );
}

/** Two tickets' worth of verbs: add to a list, then go on, then a modal that asks. */
export function cartPortal(): TestPortal {
  return portal(
    '/cart/facturar',
    (fields) =>
      unlike(fields, { tickets: 'A-004512', rfc: PERSON.rfc, regimen: '612', uso: 'G03', pago: '04' }),
    {
      '/': html(
        `<div id="cookies" role="dialog" style="position:fixed;bottom:0;left:0;right:0;background:#eee;padding:20px">Usamos cookies. <button onclick="cookies.remove()">Aceptar</button></div>
        <h2>Agregue sus tickets</h2><div><label for="tk">Ticket</label><input id="tk"><label for="mt">Monto</label><input id="mt"> <button onclick="add()">Agregar</button></div><table id="list"></table>
        <h2>Receptor</h2><div><label for="rf">RFC</label><input id="rf"><label for="no">Nombre</label><input id="no"><label for="cp">C.P.</label><input id="cp"><label for="re">Régimen</label><select id="re"><option value="">Selecciona</option><option value="601">601 - A</option><option value="612">612 - B</option><option value="626">626 - C</option></select>
        <label for="us">Uso</label><select id="us"><option value="">Selecciona</option><option value="G01">G01 - A</option><option value="G03">G03 - B</option><option value="S01">S01 - C</option></select>
        <fieldset><legend>Forma de pago</legend><label><input type="radio" name="fp" value="01">Efectivo</label><label><input type="radio" name="fp" value="04">Tarjeta de crédito</label><label><input type="radio" name="fp" value="28">Tarjeta de débito</label></fieldset>
        <button id="fac" disabled onclick="ask()">Facturar</button> <button>Salir</button></div>
        <div id="m" hidden role="dialog" aria-modal="true" style="position:fixed;inset:0;background:#fffc"><div style="margin:100px auto;width:300px;background:#fff;padding:20px">¿Desea emitir la factura con estos datos? <button onclick="send()">Sí</button> <button onclick="m.hidden=true">No</button></div></div><div id="res" class="resultado"></div>`,
        `<script>let n=[];function add(){if(!tk.value)return;n.push(tk.value);list.innerHTML+='<tr><td>'+tk.value+'</td><td>$'+mt.value+'</td></tr>';fac.disabled=false}
        function ask(){m.hidden=false}async function send(){m.hidden=true;const r=await fetch('/cart/facturar',{method:'POST',body:new URLSearchParams({tickets:n.join(),rfc:rf.value,nombre:no.value,cp:cp.value,regimen:re.value,uso:us.value,pago:document.querySelector('[name=fp]:checked')?.value||''})});res.innerHTML=await r.text()}</script>`,
      ),
    },
    (wrong) =>
      wrong === null
        ? `Comprobante generado correctamente. <a href="/factura.xml" download>Descargar XML</a> <a href="/factura.pdf" download>Descargar PDF</a>`
        : `<b>${wrong}</b>`,
  );
}
