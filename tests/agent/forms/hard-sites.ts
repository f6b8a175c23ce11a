/** Portals with the habits that make automation fail: each holds one or two of them. */
import { fieldsOf, files, html, LINKS, PERSON, portal, unlike, type TestPortal } from './sites.ts';

const FISCAL = `<p><label>RFC <input name="rfc" maxlength="13"></label></p><p><label>Nombre o razón social <input name="nombre"></label></p><p><label>Código postal <input name="cp"></label></p>
  <p><label>Régimen fiscal <select name="regimen"><option value="">Selecciona</option><option value="601">601</option><option value="612">612</option><option value="626">626</option></select></label></p>
  <p><label>Uso de CFDI <select name="uso"><option value="">Selecciona</option><option value="G01">G01</option><option value="G03">G03</option><option value="S01">S01</option></select></label></p>`;
const RIGHT = { rfc: PERSON.rfc, nombre: PERSON.nombre, cp: PERSON.cp, regimen: '612', uso: 'G03' };

/** Fields with masks that listen to keys alone, a read-only date with a calendar, a button that opens when all is valid. */
export function maskPortal(): TestPortal {
  return portal(
    '/ok',
    (fields) => unlike(fields, { ...RIGHT, folio: 'A-004512', fecha: '18/11/2026', total: '$1,160.00' }),
    {
      '/': html(
        `<h2>Facturación</h2><form action="/ok" method="post"><p><label>Folio <input name="folio" placeholder="_-______"></label></p><p><label>Fecha <input name="fecha" readonly placeholder="dd/mm/aaaa"></label></p><div id="cal" class="calendar" hidden style="position:absolute;background:#fff;border:1px solid"><div class="header"><button type="button" class="prev" aria-label="Mes anterior">‹</button> <span class="month"></span> <button type="button" class="next" aria-label="Mes siguiente">›</button></div><table></table></div>
      <p><label>Total <input name="total" inputmode="decimal"></label></p>${FISCAL}<button disabled>Facturar</button></form>`,
        `<script>addEventListener('DOMContentLoaded',()=>{const f=document.forms[0],cal=document.getElementById('cal');
      f.folio.addEventListener('beforeinput',e=>{if(e.inputType==='insertFromPaste'||(e.data&&e.data.length>1))e.preventDefault()});
      f.folio.addEventListener('input',()=>{const v=f.folio.value.toUpperCase().replace(/[^A-Z0-9]/g,'').slice(0,7);f.folio.value=v.length>1?v[0]+'-'+v.slice(1):v});
      f.total.addEventListener('input',()=>{});f.total.addEventListener('blur',()=>{const n=parseFloat(f.total.value.replace(/[^0-9.]/g,''));if(!isNaN(n))f.total.value='$'+n.toLocaleString('en-US',{minimumFractionDigits:2})});
      let y=new Date().getFullYear(),m=new Date().getMonth();const names=['Enero','Febrero','Marzo','Abril','Mayo','Junio','Julio','Agosto','Septiembre','Octubre','Noviembre','Diciembre'];
      const draw=()=>{cal.querySelector('.month').textContent=names[m]+' '+y;const t=cal.querySelector('table');t.innerHTML='';let r=t.insertRow();const first=(new Date(y,m,1).getDay()+6)%7;for(let i=0;i<first;i++)r.insertCell();for(let d=1;d<=new Date(y,m+1,0).getDate();d++){if(r.cells.length===7)r=t.insertRow();const c=r.insertCell();c.innerHTML='<a href="#" class="day">'+d+'</a>';c.firstChild.onclick=e=>{e.preventDefault();f.fecha.value=String(d).padStart(2,'0')+'/'+String(m+1).padStart(2,'0')+'/'+y;cal.hidden=true;check()}}};
      f.fecha.onclick=()=>{cal.hidden=false;draw()};cal.querySelector('.prev').onclick=()=>{if(--m<0){m=11;y--}draw()};cal.querySelector('.next').onclick=()=>{if(++m>11){m=0;y++}draw()};
      const check=()=>{f.querySelector('form>button').disabled=[...f.elements].some(e=>e.name&&!e.value)};f.addEventListener('input',check);f.addEventListener('change',check);f.addEventListener('focusout',check)});</script>`,
      ),
    },
    (wrong) =>
      html(
        wrong === null
          ? `<div class="success">Factura generada</div>${LINKS}`
          : `<div class="error">${wrong}</div>`,
      ),
  );
}

/** A newsletter modal on arrival, a chat widget, a search box; then steps by hash with errors under the fields. */
export function noisyPortal(): TestPortal {
  return portal(
    '/api/emitir',
    (fields) => unlike(fields, { ...RIGHT, ticket: 'A-004512', sucursal: '031', persona: 'F' }),
    {
      '/': html(
        `<header><form role="search"><input type="search" placeholder="Buscar productos"><button>Buscar</button></form><nav><a href="#menu">Menú</a><a href="#promos">Promociones</a></nav></header>
      <div role="dialog" id="promo" style="position:fixed;inset:0;background:#000a"><div style="background:#fff;margin:80px auto;width:360px;padding:20px"><h3>¡10% de descuento!</h3><p>Suscríbete a nuestro boletín</p><input type="email" placeholder="Tu correo"><button onclick="promo.remove()">Suscribirme</button><button aria-label="Cerrar" onclick="promo.remove()">×</button></div></div>
      <div role="dialog" aria-label="Chat" style="position:fixed;right:10px;bottom:10px;width:160px;background:#ffd"><p>¿Necesitas ayuda?</p><button>Chatear</button></div>
      <main id="app"></main>`,
        `<script>addEventListener('DOMContentLoaded',()=>{const app=document.getElementById('app'),s={};const home=()=>{app.innerHTML='<h1>Mundo Pizza</h1><div class="tiles"><button onclick="step1()">Factura tu pedido</button><button>Ordena en línea</button><button onclick="rep()">¿Ya facturaste? Recupera tu factura</button></div>'};
      window.rep=()=>{app.innerHTML='<h2>Recupera tu factura</h2><label>UUID<input maxlength=36></label><button>Recuperar</button>'};
      window.step1=()=>{app.innerHTML='<h2>Tu pedido</h2><label>Número de pedido<input id=tk></label><label>Sucursal<select id=su><option value="">Elige</option><option value="030">030 Roma</option><option value="031">031 Condesa</option><option value="032">032 Del Valle</option></select></label><button onclick="home_()">Regresar</button><button id=n>Continuar</button><div id=er></div>';n.onclick=()=>{if(!tk.value||!su.value){er.innerHTML='<span class="error">Faltan datos</span>';return}Object.assign(s,{ticket:tk.value,sucursal:su.value});step2()}};window.home_=home;
      window.step2=()=>{app.innerHTML='<h2>Tus datos</h2><div><span>Tipo de persona</span><label><input type=radio name=tp value=F>Física</label><label><input type=radio name=tp value=M>Moral</label></div><div id=more></div>';document.querySelectorAll('[name=tp]').forEach(r=>r.onchange=()=>{s.persona=r.value;more.innerHTML=\`${FISCAL.replaceAll('\n', '')}<button id=z>Finalizar</button><div id=er></div>\`;z.onclick=async()=>{for(const i of more.querySelectorAll('[name]'))s[i.name]=i.value;if(Object.values(s).some(v=>!v)){er.innerHTML='<span class="error">Este campo es obligatorio</span>';return}app.innerHTML='<div class="spinner">Generando tu factura, espera…</div>';const r=await fetch('/api/emitir',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify(s)});const t=await r.text();setTimeout(()=>app.innerHTML=t,1500)}})};home()});</script>`,
      ),
    },
    (wrong) =>
      wrong === null
        ? `<h2>¡Gracias!</h2><p>Tu factura fue generada con éxito</p><button onclick="location='/factura.xml'">Descargar XML</button><button onclick="location='/factura.pdf'">Descargar PDF</button>`
        : `<p class="error">${wrong}</p>`,
  );
}

/** Finds the ticket only without its dash; a first answer of "not found" in a native alert. */
export function pickyPortal(): TestPortal {
  return portal(
    '/emitir',
    (fields) => unlike(fields, RIGHT),
    {
      '/': html(
        `<h1>Autofacturación</h1><div id="a"><label>Número de ticket <input id="t"></label> <label>Total <input id="m"></label> <a href="#" onclick="buscar();return false">Buscar</a></div><form id="b" hidden action="/emitir" method="post"><h2>Datos fiscales</h2>${FISCAL}<button>Generar factura</button></form>`,
        `<script>async function buscar(){const r=await(await fetch('/buscar?t='+encodeURIComponent(t.value)+'&m='+m.value)).json();if(!r.ok){alert('No se encontró el ticket, verifique sus datos');return}b.hidden=false;a.innerHTML='Ticket '+t.value+' encontrado, total $'+m.value}</script>`,
      ),
      '/buscar': (request) => ({
        body: JSON.stringify({ ok: unlike(fieldsOf(request), { t: 'A004512', m: '1160.00' }) === null }),
        headers: { 'content-type': 'application/json' },
      }),
    },
    (wrong) =>
      html(
        wrong === null
          ? `<div role="status">Comprobante emitido correctamente</div>${LINKS}`
          : `<div role="alert">${wrong}</div>`,
      ),
  );
}

/** Says in a modal that the ticket is invoiced, and offers the file there. */
export function againPortal(): TestPortal {
  return portal(
    '/never',
    () => null,
    {
      '/': html(
        `<h1>Facturación</h1><label>Folio <input id="t"></label><label>RFC <input id="r"></label><button onclick="modal.hidden=!t.value||!r.value">Validar</button><div id="modal" hidden role="dialog" aria-modal="true" style="position:fixed;inset:0;background:#fff"><p>El ticket ya fue facturado a este RFC.</p>${LINKS.replace('>XML<', '>Descargar XML<')} <button onclick="modal.hidden=true">Cerrar</button></div>`,
      ),
    },
    () => '',
  );
}

/** What stops a run: an image to be read, a login without another door, SAT's refusal after the last press. */
export function captchaPortal(): TestPortal {
  return portal(
    '/never',
    () => null,
    {
      '/': html(
        `<form action="/never" method="post"><p>Código de barras <input name="cb" maxlength="35"></p><p>RFC <input name="rfc"></p><p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="120" height="40" alt="captcha"> Escribe los caracteres de la imagen <input name="cap"></p><button>Facturar</button></form>`,
      ),
    },
    () => '',
  );
}

export function loginPortal(): TestPortal {
  return portal(
    '/never',
    () => null,
    {
      '/': html(
        `<h1>Casetas del Norte</h1><form action="/login" method="post"><label>Usuario <input name="u"></label><label>Contraseña <input name="p" type="password"></label><button>Ingresar</button></form><a href="/registro">Regístrate</a> <a href="/olvide">¿Olvidaste tu contraseña?</a>`,
      ),
    },
    () => '',
  );
}

export function refusingPortal(): TestPortal {
  const refused: Record<string, string>[] = [];
  const made = portal(
    '/emitir',
    (fields) => {
      refused.push(fields);
      return 'CFDI40147 - El campo DomicilioFiscalReceptor del receptor, debe pertenecer al nombre asociado al RFC registrado en el campo Rfc del Receptor.';
    },
    {
      '/': html(
        `<h1>Factura</h1><form action="/emitir" method="post"><label>Folio <input name="folio"></label>${FISCAL}<button>Emitir CFDI</button></form>`,
      ),
    },
    (wrong) =>
      html(`<h1>Factura</h1><div class="alert alert-danger">${wrong}</div><a href="/">Intentar de nuevo</a>`),
  );
  return { ...made, refused };
}

/** Rows to choose from after the look-up, verbs as post-back links, a summary page, a viewer tab. */
export function rowsPortal(): TestPortal {
  return portal(
    '/timbrar',
    (fields) => unlike(fields, { ...RIGHT, sel: 'A-004512' }),
    {
      ...files,
      '/': html(
        '<h1>Ferretería El Clavo</h1><p>Bienvenido</p><a href="/manual.pdf">Manual de facturación</a> <a href="/cfdi">Facturación CFDI 4.0</a>',
      ),
      '/cfdi': html(
        `<form method="get" action="/lista"><table><tr><th>Folio</th><th>Fecha</th></tr><tr><td><input name="f"></td><td><input name="d" type="date"></td></tr></table><a href="javascript:document.forms[0].submit()">Consultar</a> <a href="/">Salir</a></form>`,
      ),
      '/lista': (request) => {
        const { f = '', d = '' } = fieldsOf(request);
        return f === 'A-004512' && d === '2026-11-18'
          ? html(
              `<h2>Tickets encontrados</h2><form action="/datos" method="get"><table><tr><th></th><th>Folio</th><th>Importe</th></tr><tr><td><input type="checkbox" name="sel" value="${f}"></td><td>${f}</td><td>$1,160.00</td></tr></table><button onclick="if(!document.querySelector(':checked')){alert('Seleccione un ticket');return false}">Siguiente</button></form>`,
            )
          : html('<p class="error">No se encontraron ventas</p>');
      },
      '/datos': (request) =>
        html(
          `<form action="/resumen" method="get"><input type="hidden" name="sel" value="${fieldsOf(request)['sel'] ?? ''}">${FISCAL}<button>Siguiente</button></form>`,
        ),
      '/resumen': (request) => {
        const fields = fieldsOf(request);
        return html(
          `<h2>Resumen</h2><p>RFC: ${fields['rfc'] ?? ''}</p><p>Total: $1,160.00</p><form action="/timbrar" method="post">${Object.entries(
            fields,
          )
            .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
            .join(
              '',
            )}<button type="button" onclick="history.back()">Modificar</button> <button>Generar CFDI</button></form>`,
        );
      },
    },
    (wrong) =>
      html(
        wrong === null
          ? `<h2>CFDI generado</h2><a href="/factura.xml">Archivo XML</a> <a href="/factura.pdf" target="_blank">Ver PDF</a> <a href="/cfdi">Facturar otro ticket</a>`
          : `<p class="error">${wrong}</p>`,
      ),
  );
}
