import { html } from 'hono/html';
import type { CatalogueEntry } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';

type Html = ReturnType<typeof html>;

/** The petrol company's own page: a picture of itself, and the platform's form in a frame. `formUrl` is on another host. */
export const outerPage = (title: string, formUrl: string): Html =>
  html`<!doctype html>
    <html lang="es">
      <head>
        <meta charset="utf-8" />
        <title>${title} | Gasolineras Monte Bravo</title>
        <link rel="stylesheet" href="/css/bravo.css" />
      </head>
      <body>
        <div class="top">
          <a class="logo" href="/">&#9650; MONTE <i>BRAVO</i></a>
          <div class="slogan">Litros de a litro</div>
        </div>
        <div class="nav">
          <a href="/">Inicio</a><a href="/estaciones">Estaciones</a><a href="/flotillas">Flotillas</a
          ><a href="/facturas-emitidas">Consultar factura</a>
        </div>
        <div class="banner"><h1>${title}</h1></div>
        <iframe
          class="modulo"
          src="${formUrl}"
          title="Módulo de facturación"
          width="100%"
          height="700"
        ></iframe>
        <div class="pie">Monte Bravo Combustibles · Carretera a Saltillo km 12.5, Ramos Arizpe, Coahuila</div>
      </body>
    </html>`;

/** What stands in the frame: the platform's plain module, the same for every petrol company that rents it. */
export const modulePage = (content: Html, script = ''): Html =>
  html`<!doctype html>
    <html>
      <head>
        <meta charset="utf-8" />
        <title>GasFactura Web 3.2</title>
        <link rel="stylesheet" href="/css/modulo.css" />
      </head>
      <body>
        ${content} ${script === '' ? '' : html`<script src="/js/${script}"></script>`}
        <p class="version">GasFactura Web 3.2.118</p>
      </body>
    </html>`;

const row = (caption: string, control: Html): Html =>
  html`<tr>
    <td class="etiqueta">${caption}</td>
    <td>${control}</td>
  </tr>`;

const text = (name: string, size: number, max: number, value = ''): Html =>
  html`<input type="text" name="${name}" size="${size}" maxlength="${max}" value="${value}" />`;

const ticketRows: Html = html`${row('Referencia de estación:', text('txtRef', 18, 14))}
${row('Folio:', text('txtFol', 10, 6))} ${row('Importe:', text('txtImp', 12, 12))}`;

/** Option values are the platform's internal ids; only the texts mean something. */
const list = (name: string, entries: readonly CatalogueEntry[], base: number): Html =>
  html`<select name="${name}">
    <option value="-1">-- Seleccione --</option>
    ${entries.map((entry, index) => html`<option value="${base + index * 7}">${entry.name.toUpperCase()}</option>`)}
  </select>`;

export type Lists = {
  readonly regimes: readonly CatalogueEntry[];
  readonly uses: readonly CatalogueEntry[];
  readonly payments: readonly CatalogueEntry[];
};

export const bases = { regimes: 1204, uses: 3310, payments: 51 } as const;

/** Two parts of one form; the second shows once the dispatch was found. */
export const formPage = (lists: Lists): Html =>
  modulePage(
    html`<form id="f" onsubmit="return false">
      <input type="hidden" name="clave" value="" />
      <fieldset id="despacho">
        <legend>Datos del despacho</legend>
        <table>
          ${ticketRows} ${row('RFC:', text('txtRfc', 18, 13))}
        </table>
        <div class="acciones"><input type="button" id="bBuscar" value="Buscar despacho" /></div>
      </fieldset>
      <fieldset id="receptor" style="display:none">
        <legend>Datos fiscales del cliente</legend>
        <table>
          ${row('Nombre o razón social:', text('txtNom', 46, 254))} ${row('C.P.:', text('txtCp', 8, 5))}
          ${row('Régimen:', list('cmbReg', lists.regimes, bases.regimes))}
          ${row('Uso de CFDI:', list('cmbUso', lists.uses, bases.uses))}
          ${row('Forma de pago:', list('cmbPag', lists.payments, bases.payments))}
          ${row('Correo:', text('txtCor', 36, 120))}
        </table>
        <div class="acciones">
          <input type="button" id="bOtro" value="Cancelar" />
          <input type="button" id="bFacturar" value="Facturar" />
        </div>
      </fieldset>
    </form>`,
    'facturar.js',
  );

export const queryPage: Html = modulePage(
  html`<form id="f" onsubmit="return false">
      <fieldset>
        <legend>Consultar factura</legend>
        <table>
          ${ticketRows} ${row('RFC:', text('txtRfc', 18, 13))}
        </table>
        <div class="acciones"><input type="button" id="bConsultar" value="Consultar" /></div>
      </fieldset>
    </form>
    <div id="lista"></div>`,
  'consultar.js',
);

/** The XML saves itself; the PDF opens in a viewer of its own. */
export const resultPage = (invoices: readonly Issued[], text: string): Html =>
  html`<h3>${text}</h3>
    <table class="facturas">
      <tr>
        <th>Serie y folio</th>
        <th>Folio fiscal</th>
        <th></th>
      </tr>
      ${invoices.map(
        ({ uuid, serie, folio }) =>
          html`<tr>
            <td>${serie} ${folio}</td>
            <td>${uuid}</td>
            <td>
              <a href="/doc/${uuid}.xml">Descargar XML</a> |
              <a href="/doc/${uuid}.pdf" target="_blank">Ver PDF</a>
            </td>
          </tr>`,
      )}
    </table>`;
