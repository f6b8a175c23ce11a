import { html } from 'hono/html';
import { paymentForms, regimesFor, usesFor } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { formatPesos } from '../../money.ts';

export type Html = ReturnType<typeof html>;

/** The shop's template: one JSF form, whose parts the server sends again by AJAX. */
export const template = (title: string, viewState: string, content: Html): Html =>
  html`<!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" lang="es">
      <head id="j_idt2">
        <meta charset="UTF-8" />
        <title>${title}</title>
        <link rel="stylesheet" href="/javax.faces.resource/theme.css" />
        <script src="/javax.faces.resource/faces.js"></script>
      </head>
      <body>
        <div id="cabecera">
          <span class="buho">&#9679;&#9679;</span> Tiendas <b>El Búho</b><em>abiertos toda la noche</em>
        </div>
        <div class="ui-menubar">
          <a href="/facturacion/index.xhtml">Emitir factura</a>
          <a href="/facturacion/reimpresion.xhtml">Reimpresión de facturas</a>
          <a href="/facturacion/ayuda.xhtml">¿Dónde encuentro mis datos?</a>
        </div>
        <form id="frm" name="frm" method="post" action="" enctype="application/x-www-form-urlencoded">
          <input type="hidden" name="frm" value="frm" />
          <div id="frm:growl" class="ui-growl" aria-live="polite"></div>
          ${content}
          <input type="hidden" name="javax.faces.ViewState" value="${viewState}" autocomplete="off" />
        </form>
        <div id="bloqueo" class="ui-blockui" style="display:none">Procesando...</div>
        <div id="pie">Operadora de Tiendas El Búho © 2026 · Versión 4.11.2</div>
      </body>
    </html>`;

export const growl = (detail: string): Html =>
  html`<div class="ui-growl-item ui-growl-error">
    <span class="ui-growl-title">Aviso</span>
    <p>${detail}</p>
  </div>`;

const cell = (label: string, id: string, control: Html): Html =>
  html`<div class="ui-g-6">
    <label class="ui-outputlabel" for="frm:${id}">${label} <span class="rfi">*</span></label
    >${control}
  </div>`;

const inputText = (id: string, max: number, extra: Html = html``): Html =>
  html`<input
    id="frm:${id}"
    name="frm:${id}"
    type="text"
    class="ui-inputfield"
    maxlength="${max}"
    ${extra}
  />`;

/** The ticket's panel; `reprint` asks for the RFC too. */
export const ticketPanel = (button: string, reprint: boolean): Html =>
  html`<div id="frm:pnlTicket" class="ui-panel">
    <div class="ui-panel-titlebar">Datos del Ticket</div>
    <div class="ui-panel-content ui-g">
      ${cell(
        'Fecha de venta',
        'cal_input',
        html`<span id="frm:cal" class="ui-calendar"
          ><input
            id="frm:cal_input"
            name="frm:cal_input"
            type="text"
            class="ui-inputfield hasDatepicker"
            readonly
          /><button type="button" class="ui-datepicker-trigger" aria-label="Mostrar calendario" tabindex="-1">
            &#9638;
          </button></span
        >`,
      )}
      ${cell('Folio de venta', 'folio', inputText('folio', 9))}
      ${cell('ID de venta', 'idv', inputText('idv', 12))} ${cell('Total', 'total', inputText('total', 12))}
      ${reprint ? cell('RFC', 'rfc', inputText('rfc', 13)) : ''}
    </div>
    <div class="ui-panel-footer">
      <button
        id="frm:${reprint ? 'j_idt61' : 'j_idt38'}"
        name="frm:${reprint ? 'j_idt61' : 'j_idt38'}"
        type="button"
        class="ui-button"
        data-ajax
      >
        ${button}
      </button>
    </div>
  </div>`;

export const emptyPanel = (id: string): Html => html`<div id="frm:${id}"></div>`;

const select = (id: string, entries: readonly { code: string; name: string }[], chosen = ''): Html =>
  html`<select
    id="frm:${id}"
    name="frm:${id}"
    class="ui-selectonemenu"
    ${entries.length === 0 ? 'disabled' : ''}
  >
    <option value="">Seleccione una opción</option>
    ${entries.map(({ code, name }) => html`<option value="${code}" ${code === chosen ? 'selected' : ''}>${code} - ${name}</option>`)}
  </select>`;

/** The receptor's panel: everything but the RFC is closed until the RFC was left. */
export function receptorPanel(total: number, rfc: string): Html {
  const regimes = rfc === '' ? [] : regimesFor(rfc);
  const uses = [
    ...new Map(regimes.flatMap(({ code }) => usesFor(rfc, code)).map((use) => [use.code, use])).values(),
  ];
  const closed = rfc === '' ? html`disabled` : html``;
  return html`<div id="frm:pnlReceptor" class="ui-panel">
    <div class="ui-panel-titlebar">Datos de Facturación</div>
    <div class="ui-panel-content ui-g">
      <p class="ui-g-12">Ticket válido por <b>$ ${formatPesos(total)}</b>. Capture su RFC para continuar.</p>
      ${cell('RFC', 'rfc', inputText('rfc', 13, html`data-blur value="${rfc}"`))}
      ${cell('Razón social', 'razon', inputText('razon', 254, closed))}
      ${cell('Código postal', 'cp', inputText('cp', 5, closed))}
      ${cell('Régimen fiscal', 'regimen', select('regimen', regimes))}
      ${cell('Uso del CFDI', 'uso', select('uso', uses))}
      ${cell('Forma de pago', 'pago', select('pago', rfc === '' ? [] : paymentForms))}
      ${cell('Correo electrónico', 'correo', inputText('correo', 120, closed))}
    </div>
    <div class="ui-panel-footer">
      <button id="frm:j_idt90" name="frm:j_idt90" type="button" class="ui-button" data-ajax ${closed}>
        Generar Factura
      </button>
    </div>
  </div>`;
}

/** Two buttons a document, each a whole post-back. */
export const resultPanel = (invoices: readonly Issued[], message: string): Html =>
  html`<div id="frm:pnlResultado" class="ui-panel resultado">
    <div class="ui-panel-titlebar">${message}</div>
    ${invoices.map(
      ({ uuid, serie, folio }) =>
        html`<div class="ui-panel-content">
          <p>Factura ${serie}-${folio} · Folio fiscal ${uuid}</p>
          <button
            type="submit"
            class="ui-button"
            name="xml"
            value="${uuid}"
            formaction="/facturacion/archivo"
          >
            Descargar XML
          </button>
          <button
            type="submit"
            class="ui-button"
            name="pdf"
            value="${uuid}"
            formaction="/facturacion/archivo"
          >
            Descargar PDF
          </button>
        </div>`,
    )}
  </div>`;

export const helpPanel: Html = html`<div class="ui-panel">
  <div class="ui-panel-titlebar">¿Dónde encuentro mis datos?</div>
  <div class="ui-panel-content">
    <p>El folio de venta (9 dígitos) y el ID de venta (12 dígitos) están impresos al final de su ticket.</p>
  </div>
</div>`;
