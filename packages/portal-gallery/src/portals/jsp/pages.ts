import { html } from 'hono/html';
import { toDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import { type CatalogueEntry, paymentForms } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { formatPesos } from '../../money.ts';

type Html = ReturnType<typeof html>;

/** The frame of every page: tables, as in 2004. `message` is shown by `alert()` as soon as the page has loaded. */
function page(title: string, content: Html, message = ''): Html {
  return html`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
    <html>
      <head>
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
        <title>${title} - Autobuses Sierra Dorada</title>
        <link rel="stylesheet" type="text/css" href="/web/estilo.css" />
        <script type="text/javascript" src="/web/boletos.js"></script>
      </head>
      <body data-mensaje="${message}">
        <table class="marco" cellspacing="0">
          <tr>
            <td class="cabeza"><b>Sierra Dorada</b><i>Autobuses de primera &middot; desde 1951</i></td>
          </tr>
          <tr>
            <td class="menu">
              <a href="inicio.do">Inicio</a><a href="boleto.do">Facturar boleto</a
              ><a href="reimpresion.do">Reimpresi&oacute;n</a><a href="ayuda.do">Ayuda</a>
            </td>
          </tr>
          <tr>
            <td class="cuerpo">
              <h2>${title}</h2>
              ${content}
            </td>
          </tr>
          <tr>
            <td class="pie">
              Transportes Sierra Dorada, S.A. de C.V. &middot; Central de Autobuses, Anden 7, Saltillo, Coah.
            </td>
          </tr>
        </table>
      </body>
    </html>`;
}

const row = (caption: string, control: Html): Html =>
  html`<tr>
    <th>${caption}</th>
    <td>${control}</td>
  </tr>`;

const text = (name: string, title: string, value: string, size: number, maxLength = size): Html =>
  html`<input
    type="text"
    name="${name}"
    title="${title}"
    class="req"
    size="${size}"
    maxlength="${maxLength}"
    value="${value}"
  />`;

const buttons = (caption: string): Html =>
  html`<tr>
    <td class="botones" colspan="2"><input class="boton" type="submit" value="${caption}" /></td>
  </tr>`;

export const homePage = (): Html =>
  page(
    'Facturación electrónica',
    html`<p>Bienvenido al servicio de facturaci&oacute;n de boletos de autobús.</p>
      <p>
        Tenga a la mano su boleto. Puede facturar los viajes de este mes y, hasta el d&iacute;a 7, los del mes
        anterior. Las facturas no se cancelan.
      </p>
      <p><a href="boleto.do">Facture aqu&iacute; su boleto &raquo;</a></p>`,
  );

export const helpPage = (): Html =>
  page(
    'Ayuda',
    html`<p>
        El folio es el n&uacute;mero de 18 d&iacute;gitos al pie del boleto; el asiento est&aacute; a su
        derecha.
      </p>
      <p>Si no distingue el c&oacute;digo de la imagen puede pedir otra.</p>`,
  );

export type TypedBoarding = { readonly folio: string; readonly seat: string; readonly rfc: string };
export const NOTHING_TYPED: TypedBoarding = { folio: '', seat: '', rfc: '' };

/** The first step. `serial` makes the browser ask for the new picture. */
export const boardingPage = (typed: TypedBoarding, serial: number, message = ''): Html =>
  page(
    'Facturar boleto',
    html`<form method="post" action="boleto.do" onsubmit="return valida(this)" autocomplete="off">
        <table class="captura" cellspacing="1">
          ${row('Folio del boleto:', text('folio', 'Folio', typed.folio, 22, 18))}
          ${row('Asiento:', text('asiento', 'Asiento', typed.seat, 3, 2))}
          ${row('R.F.C.:', text('rfc', 'R.F.C.', typed.rfc, 16, 13))}
          ${row(
            'Escriba el código que aparece en la imagen:',
            html`<img
                id="imgCodigo"
                class="codigo"
                src="imagen.do?r=${serial}"
                width="200"
                height="64"
                alt=""
              />
              <a class="otra" href="#" onclick="return nuevaImagen()">Otra imagen</a><br /><br />
              ${text('codigo', 'Código de la imagen', '', 10, 6)}`,
          )}
          ${buttons('Buscar boleto')}
        </table>
      </form>
      <p class="nota">Respete may&uacute;sculas. El c&oacute;digo cambia en cada intento.</p>`,
    message,
  );

const list = (name: string, title: string, entries: readonly CatalogueEntry[], chosen: string): Html =>
  html`<select name="${name}" title="${title}" class="req">
    <option value="">-- Seleccione --</option>
    ${entries.map(
      ({ code, name: words }) =>
        html`<option value="${code}" ${code === chosen ? 'selected' : ''}>${code} - ${words}</option>`,
    )}
  </select>`;

export type TypedReceptor = {
  readonly name: string;
  readonly postalCode: string;
  readonly regime: string;
  readonly use: string;
  readonly mail: string;
  readonly payment: string;
};
export const NO_RECEPTOR: TypedReceptor = {
  name: '',
  postalCode: '',
  regime: '',
  use: '',
  mail: '',
  payment: '',
};

export function fiscalPage(
  ticket: OpenTicket,
  rfc: string,
  lists: { readonly regimes: readonly CatalogueEntry[]; readonly uses: readonly CatalogueEntry[] },
  typed: TypedReceptor,
  message = '',
): Html {
  return page(
    'Datos fiscales',
    html`<table class="captura" cellspacing="1">
        ${row('Fecha de viaje:', html`${toDayMonthYear(ticket.sale.soldOn)}`)}
        ${row('Total del boleto:', html`$ ${formatPesos(ticket.totalCents)}`)} ${row('R.F.C.:', html`${rfc}`)}
      </table>
      <br />
      <form method="post" action="generar.do" onsubmit="return valida(this)" autocomplete="off">
        <table class="captura" cellspacing="1">
          ${row('Nombre o razón social:', text('nombre', 'Nombre', typed.name, 40, 254))}
          ${row('Código postal:', text('cp', 'Código postal', typed.postalCode, 6, 5))}
          ${row('Régimen fiscal:', list('regimen', 'Régimen', lists.regimes, typed.regime))}
          ${row('Uso del CFDI:', list('uso', 'Uso', lists.uses, typed.use))}
          ${row('Forma de pago:', list('pago', 'Forma de pago', paymentForms, typed.payment))}
          ${row('Correo electrónico:', text('correo', 'Correo', typed.mail, 40, 120))}
          ${buttons('Generar factura')}
        </table>
      </form>`,
    message,
  );
}

/** What the portal has for a ticket, oldest first; `message` where that is no news. */
export function donePage(invoices: readonly Issued[], message = ''): Html {
  const fresh = message === '';
  const rows = invoices.map(
    ({ uuid, serie, folio }) =>
      html`<tr>
        <td>Factura ${serie}-${folio}</td>
        <td>
          <a href="archivo.do?tipo=xml&id=${uuid}">Descargar XML</a> &nbsp;
          <a href="archivo.do?tipo=pdf&id=${uuid}">Descargar PDF</a>
        </td>
      </tr>`,
  );
  return page(
    fresh ? 'Factura generada' : 'Facturas de su boleto',
    html`${fresh ? html`<div class="exito">Su factura fue generada correctamente.</div>` : ''}
      <table class="captura" cellspacing="1">
        ${rows}
      </table>`,
    message,
  );
}

export const reprintPage = (typed: TypedBoarding, message = ''): Html =>
  page(
    'Reimpresión de facturas',
    html`<form method="post" action="reimpresion.do" onsubmit="return valida(this)" autocomplete="off">
      <table class="captura" cellspacing="1">
        ${row('Folio del boleto:', text('folio', 'Folio', typed.folio, 22, 18))}
        ${row('Asiento:', text('asiento', 'Asiento', typed.seat, 3, 2))}
        ${row('R.F.C. de la factura:', text('rfc', 'R.F.C.', typed.rfc, 16, 13))} ${buttons('Consultar')}
      </table>
    </form>`,
    message,
  );
