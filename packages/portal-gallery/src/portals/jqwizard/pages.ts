import { html } from 'hono/html';
import { paymentForms } from '../../fiscal.ts';

type Html = ReturnType<typeof html>;

/** The site's frame. Scripts are file names under `/assets`; jQuery comes before them. */
export function page(title: string, content: Html, scripts: readonly string[] = []): Html {
  return html`<!doctype html>
    <html lang="es">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} | Farmacias Santa Brígida</title>
        <link rel="stylesheet" href="/assets/brigida.css" />
      </head>
      <body>
        <div class="topbar">
          <div class="container">
            <span>Servicio a domicilio: 81 8262 7400</span>
            <span class="pull-right"
              ><a href="/sucursales">Encuentra tu sucursal</a> · <a href="/lealtad">Monedero Brígida</a></span
            >
          </div>
        </div>
        <nav class="navbar">
          <div class="container">
            <a class="navbar-brand" href="/facturacion"
              ><span class="cruz">✚</span> Farmacias <b>Santa Brígida</b></a
            >
            <ul class="nav">
              <li><a href="/medicamentos">Medicamentos</a></li>
              <li><a href="/belleza">Dermocosmética</a></li>
              <li class="active"><a href="/facturacion">Facturación</a></li>
              <li><a href="/ayuda">Ayuda</a></li>
            </ul>
          </div>
        </nav>
        <div class="container">${content}</div>
        <footer>
          <div class="container">
            <p>Farmacias Santa Brígida · Av. Hidalgo 512 Pte., Centro, Monterrey, N.L.</p>
            <p>
              <a href="/privacidad">Aviso de privacidad</a> · <a href="/terminos">Términos y condiciones</a>
            </p>
          </div>
        </footer>
        ${scripts.length === 0 ? '' : html`<script src="/assets/vendor/jquery.min.js"></script>`}
        ${scripts.map((file) => html`<script src="/assets/${file}"></script>`)}
      </body>
    </html>`;
}

const group = (id: string, caption: string, control: Html, help = ''): Html =>
  html`<div class="form-group">
    <label for="${id}">${caption}<em>*</em></label>
    ${control} ${help === '' ? '' : html`<span class="help-block">${help}</span>`}
  </div>`;

const text = (id: string, maxLength: number, placeholder = ''): Html =>
  html`<input
    type="text"
    class="form-control"
    id="${id}"
    name="${id}"
    maxlength="${maxLength}"
    placeholder="${placeholder}"
  />`;

const steps: Html = html`<ul class="wizard-steps">
  <li class="active" data-step="1"><span>1</span>Tu ticket</li>
  <li data-step="2"><span>2</span>Tus datos</li>
  <li data-step="3"><span>3</span>Revisión</li>
  <li data-step="4"><span>4</span>Descarga</li>
</ul>`;

const requiredNote: Html = html`<p class="required-note"><em>*</em> Datos obligatorios</p>`;

const ticketStep: Html = html`<div class="step" id="paso-1">
  <div class="row">
    <div class="col">
      ${group('rfc', 'RFC', text('rfc', 13, 'XAXX010101000'))}
      ${group('folio', 'Folio de facturación', text('folio', 14), '14 dígitos, debajo del código de barras')}
    </div>
    <div class="col">
      ${group('fecha', 'Fecha de compra', text('fecha', 10, 'dd/mm/aaaa'))}
      ${group('total', 'Total de la compra', text('total', 12, '$'))}
    </div>
  </div>
  <p class="text-muted">Puedes facturar las compras del mes en curso y hasta el día 7 del mes siguiente.</p>
  ${requiredNote}
  <div class="buttons">
    <button type="button" class="btn btn-primary" id="btn-buscar">Buscar ticket</button>
  </div>
</div>`;

const receptorStep: Html = html`<div class="step" id="paso-2" style="display:none">
  <p class="ticket-info"></p>
  <div class="row">
    <div class="col">
      ${group('nombre', 'Nombre, denominación o razón social', text('nombre', 254))}
      ${group('cp', 'Código postal', text('cp', 5), 'El de tu Constancia de Situación Fiscal')}
      ${group('correo', 'E-mail', html`<input type="email" class="form-control" id="correo" name="correo" maxlength="120" />`)}
    </div>
    <div class="col">
      ${group(
        'regimen',
        'Régimen fiscal',
        html`<select class="form-control" id="regimen" name="regimen">
          <option value="">Elige una opción</option>
        </select>`,
      )}
      ${group(
        'uso',
        'Uso del CFDI',
        html`<select class="form-control" id="uso" name="uso">
          <option value="">Elige primero el régimen</option>
        </select>`,
      )}
      ${group(
        'forma_pago',
        'Forma de pago',
        html`<select class="form-control" id="forma_pago" name="forma_pago">
          <option value="">Elige una opción</option>
          ${paymentForms.map(({ code, name }) => html`<option value="${code}">${name}</option>`)}
        </select>`,
      )}
    </div>
  </div>
  ${requiredNote}
  <div class="buttons">
    <button type="button" class="btn btn-default back" data-to="1">Anterior</button>
    <button type="button" class="btn btn-primary" id="btn-continuar">Continuar</button>
  </div>
</div>`;

const reviewStep: Html = html`<div class="step" id="paso-3" style="display:none">
  <h3>Revisa que tu información sea correcta</h3>
  <dl class="review"></dl>
  <p class="text-muted">Al presionar Facturar se emitirá tu comprobante y ya no podrá modificarse.</p>
  <div class="buttons">
    <button type="button" class="btn btn-default back" data-to="2">Anterior</button>
    <button type="button" class="btn btn-success" id="btn-facturar">Facturar</button>
  </div>
</div>`;

const downloadStep: Html = html`<div class="step" id="paso-4" style="display:none">
  <h3>¡Tu factura está lista!</h3>
  <p>Folio fiscal: <strong id="folio-fiscal"></strong></p>
  <p><a class="btn btn-success" id="liga-zip" href="#">Descargar factura (ZIP)</a></p>
  <p class="text-muted">El archivo contiene tu comprobante en XML y PDF.</p>
  <p><a href="/facturacion">Facturar otro ticket</a></p>
</div>`;

/** The four steps in one page; the script shows one at a time. */
export const wizard: Html = html`<div class="panel">
    <div class="panel-heading">Facturación en línea</div>
    <div class="panel-body">
      ${steps}
      <div class="alert" role="alert" style="display:none"></div>
      <form id="wizard" onsubmit="return false" autocomplete="off">
        ${ticketStep}${receptorStep}${reviewStep}${downloadStep}
      </form>
    </div>
  </div>
  <div class="loading" style="display:none">
    <div class="spinner"></div>
    Procesando…
  </div>
  <div class="modal-backdrop" style="display:none"></div>
  <div class="modal" role="dialog" style="display:none">
    <div class="modal-header"><button type="button" class="close">&times;</button>Aviso</div>
    <div class="modal-body"></div>
    <div class="modal-footer"><button type="button" class="btn btn-default close">Cerrar</button></div>
  </div>`;
