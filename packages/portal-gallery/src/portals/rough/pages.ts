import { html } from 'hono/html';
import { paymentForms, regimesFor, usesFor } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { field } from '../../web.ts';

type Html = ReturnType<typeof html>;
type Body = Readonly<Record<string, unknown>>;

/** A page of tables, as it was made in 2004 and never since. */
export const layout = (content: Html): Html =>
  html`<html>
    <head>
      <title>Autobuses Valle Dorado</title>
      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
      <link rel="stylesheet" type="text/css" href="/css/valle.css" />
    </head>
    <body>
      <table class="marco" align="center" cellspacing="0">
        <tr>
          <td class="cabeza" colspan="2">
            <font size="6">VALLE DORADO</font><br /><i>Cuarenta años en el camino</i>
          </td>
        </tr>
        <tr>
          <td class="menu" valign="top">
            <a href="/facturacion.php">Facturar boleto</a><br /><a href="/reimprimir.php"
              >Reimprimir factura</a
            ><br /><a href="/rutas.php">Rutas y horarios</a>
          </td>
          <td class="cuerpo" valign="top">${content}</td>
        </tr>
        <tr>
          <td class="pie" colspan="2">Central Camionera de Irapuato, local 14 · Tel. 462 626 0000</td>
        </tr>
      </table>
    </body>
  </html>`;

const row = (caption: string, control: Html): Html =>
  html`<tr>
    <td align="right">${caption}</td>
    <td>${control}</td>
  </tr>`;

const text = (name: string, max: number, value = ''): Html =>
  html`<input type="text" name="${name}" maxlength="${max}" size="${Math.min(max, 40)}" value="${value}" />`;

const error = (problem: string): Html =>
  problem === '' ? html`` : html`<p class="error"><b>${problem}</b></p>`;

export const searchForm = (
  action: string,
  button: string,
  problem: string,
  rfc = false,
  typed: Body = {},
): Html =>
  html`<h3>${rfc ? 'Reimpresión de factura' : 'Facturación de boletos'}</h3>
    ${error(problem)}
    <form method="post" action="/${action}">
      <table>
        ${row('No. de boleto:', text('boleto', 16, field(typed, 'boleto')))}
        ${row('Fecha de viaje (dd/mm/aaaa):', text('fecha', 10, field(typed, 'fecha')))}
        ${row('Tarifa pagada $:', text('tarifa', 12, field(typed, 'tarifa')))}
        ${rfc ? row('R.F.C.:', text('rfc', 13, field(typed, 'rfc'))) : ''}
        <tr>
          <td></td>
          <td><input type="submit" value="${button}" /></td>
        </tr>
      </table>
    </form>`;

const options = (entries: readonly { code: string; name: string }[], chosen: string): Html =>
  html`<option value="">Seleccione...</option>
    ${entries.map(({ code, name }) => html`<option value="${code}" ${code === chosen ? 'selected' : ''}>${code} ${name}</option>`)}`;

/** Regimes and uses of everybody: the page does not know whose RFC will be typed. */
const regimes = [
  ...new Map(
    [...regimesFor('AAA010101AAA'), ...regimesFor('AAAA010101AAA')].map((entry) => [entry.code, entry]),
  ).values(),
];
const uses = [
  ...new Map(
    ['AAA010101AAA', 'AAAA010101AAA']
      .flatMap((rfc) => regimes.flatMap(({ code }) => usesFor(rfc, code)))
      .map((entry) => [entry.code, entry]),
  ).values(),
];

export const receptorForm = (typed: Body, problem: string): Html =>
  html`<h3>Datos para su factura</h3>
    <p>Boleto ${field(typed, 'boleto')} encontrado. Tarifa: $${field(typed, 'tarifa')}</p>
    ${error(problem)}
    <form method="post" action="/generar.php">
      ${['boleto', 'fecha', 'tarifa'].map((name) => html`<input type="hidden" name="${name}" value="${field(typed, name)}" />`)}
      <table>
        ${row('R.F.C.:', text('rfc', 13, field(typed, 'rfc')))}
        ${row('Razón social:', text('razon_social', 254, field(typed, 'razon_social')))}
        ${row('C.P.:', text('codigo_postal', 5, field(typed, 'codigo_postal')))}
        ${row(
          'Régimen fiscal:',
          html`<select name="regimen">
            ${options(regimes, field(typed, 'regimen'))}
          </select>`,
        )}
        ${row(
          'Uso CFDI:',
          html`<select name="uso_cfdi">
            ${options(uses, field(typed, 'uso_cfdi'))}
          </select>`,
        )}
        ${row(
          'Forma de pago:',
          html`<select name="forma_pago">
            ${options(paymentForms, field(typed, 'forma_pago'))}
          </select>`,
        )}
        ${row('Correo:', text('correo', 80, field(typed, 'correo')))}
        <tr>
          <td></td>
          <td><input type="submit" value="Generar factura" /> <input type="reset" value="Limpiar" /></td>
        </tr>
      </table>
    </form>`;

export const invoiceList = (invoices: readonly Issued[], message: string): Html =>
  html`<h3>${message}</h3>
    ${invoices.map(
      ({ uuid, serie, folio }) =>
        html`<p>
          ${serie} ${folio} &nbsp; <a href="/descarga.php?t=xml&amp;id=${uuid}">XML</a> &nbsp;
          <a href="/descarga.php?t=pdf&amp;id=${uuid}">PDF</a>
        </p>`,
    )}`;
