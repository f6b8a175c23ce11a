import { html } from 'hono/html';
import type { OpenTicket } from '../../desk.ts';
import { paymentForms } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { toDayMonthYear } from '../../clock.ts';
import { formatPesos } from '../../money.ts';
import { type Html, memberPage, notice } from './layout.ts';

export const summaryPage = (userName: string): Html =>
  memberPage(
    'Mi cuenta',
    html`<h1>Bienvenido</h1>
      <p>Desde tu cuenta puedes facturar tus compras en tienda y consultar tus comprobantes.</p>
      <div class="accesos">
        <a class="acceso" href="/facturacion"
          ><b>Facturar mis compras</b>Agrega tus notas de venta al carrito</a
        >
        <a class="acceso" href="/mis-facturas"><b>Mis facturas</b>Consulta y descarga tus comprobantes</a>
        <a class="acceso" href="/productos"><b>Seguir comprando</b>Ofertas de la semana</a>
      </div>`,
    userName,
  );

/** The cart: what was added so far, and the form for one more. */
export function cartPage(userName: string, cart: readonly OpenTicket[], problem: string): Html {
  const rows = cart.map(
    ({ key, sale, totalCents }) =>
      html`<tr>
        <td>${sale.branch}-${sale.terminal}-${String(sale.number).padStart(6, '0')}</td>
        <td>${toDayMonthYear(sale.soldOn)}</td>
        <td class="monto">$${formatPesos(totalCents)}</td>
        <td>
          <form method="post" action="/facturacion/quitar">
            <input type="hidden" name="nota" value="${key}" /><button class="liga" type="submit">
              Quitar
            </button>
          </form>
        </td>
      </tr>`,
  );
  return memberPage(
    'Facturar mis compras',
    html`<h1>Facturar mis compras</h1>
      ${notice('error', problem)}
      <form class="renglon" method="post" action="/facturacion/agregar" autocomplete="off">
        <div>
          <label for="nota">Nota de venta</label
          ><input id="nota" name="nota" maxlength="16" placeholder="0000-00-000000-0" />
        </div>
        <div>
          <label for="fecha">Fecha de compra</label
          ><input id="fecha" name="fecha" maxlength="10" placeholder="dd/mm/aaaa" />
        </div>
        <div>
          <label for="importe">Importe total</label><input id="importe" name="importe" maxlength="12" />
        </div>
        <button class="secundario" type="submit">Agregar al carrito</button>
      </form>
      <h3>Carrito de facturación</h3>
      ${
        cart.length === 0
          ? html`<p class="vacio">Tu carrito está vacío. Agrega la nota de venta que quieres facturar.</p>`
          : html`<table>
                <thead>
                  <tr>
                    <th>Nota</th>
                    <th>Fecha</th>
                    <th>Importe</th>
                    <th></th>
                  </tr>
                </thead>
                <tbody>
                  ${rows}
                </tbody>
              </table>
              <form method="get" action="/facturacion/datos" class="derecha">
                <button class="principal" type="submit">Continuar</button>
              </form>`
      }`,
    userName,
  );
}

const input = (name: string, caption: string, maxLength: number, type = 'text'): Html =>
  html`<div>
    <label for="f-${name}">${caption}</label
    ><input id="f-${name}" name="${name}" type="${type}" maxlength="${maxLength}" required />
  </div>`;

export function fiscalPage(userName: string, cart: readonly OpenTicket[], problems: readonly string[]): Html {
  const total = cart.reduce((sum, { totalCents }) => sum + totalCents, 0);
  return memberPage(
    'Datos de facturación',
    html`<h1>Datos de facturación</h1>
      ${notice('error', problems.join(' '))}
      <p class="chico">${cart.length} nota(s) en tu carrito. Total: <b>$${formatPesos(total)}</b></p>
      <form class="rejilla" id="datos" method="post" action="/facturacion/generar" autocomplete="off">
        ${input('rfc', 'RFC', 13)} ${input('razon', 'Razón social', 254)} ${input('cp', 'Código postal', 5)}
        ${input('correo', 'Correo electrónico', 120, 'email')}
        <div>
          <label for="f-regimen">Régimen fiscal</label
          ><select id="f-regimen" name="regimen" required>
            <option value="">Selecciona</option>
          </select>
        </div>
        <div>
          <label for="f-uso">Uso de CFDI</label
          ><select id="f-uso" name="uso" required>
            <option value="">Selecciona</option>
          </select>
        </div>
        <div>
          <label for="f-pago">Forma de pago</label
          ><select id="f-pago" name="pago" required>
            <option value="">Selecciona</option>
            ${paymentForms.map(({ code, name }) => html`<option value="${code}">${code} ${name}</option>`)}
          </select>
        </div>
        <div class="ancho">
          <a class="secundario" href="/facturacion">Regresar al carrito</a>
          <button class="principal" type="submit">Generar factura</button>
        </div>
      </form>
      <script src="/guiones/datos.js"></script>`,
    userName,
  );
}

export const donePage = (userName: string, { serie, folio }: Issued): Html =>
  memberPage(
    'Factura generada',
    html`<h1>¡Listo!</h1>
      ${notice('bien', `Tu factura ${serie}-${folio} se generó correctamente.`)}
      <p>Los archivos quedan guardados en tu cuenta.</p>
      <p><a class="principal" href="/mis-facturas">Ver mis facturas</a></p>`,
    userName,
  );

export type HistoryRow = {
  readonly uuid: string;
  readonly folio: string;
  readonly rfc: string;
  readonly date: string;
  readonly note: string;
  readonly total: string;
};

export const historyPage = (userName: string, rows: readonly HistoryRow[]): Html =>
  memberPage(
    'Mis facturas',
    html`<h1>Mis facturas</h1>
      ${
        rows.length === 0
          ? html`<p class="vacio">Aún no tienes facturas.</p>`
          : html`<table>
              <thead>
                <tr>
                  <th>Factura</th>
                  <th>Fecha</th>
                  <th>Nota de venta</th>
                  <th>RFC</th>
                  <th>Total</th>
                  <th>Archivos</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map(
                  ({ uuid, folio, rfc, date, note, total }) =>
                    html`<tr>
                      <td>${folio}</td>
                      <td>${date}</td>
                      <td>${note}</td>
                      <td>${rfc}</td>
                      <td class="monto">${total}</td>
                      <td class="archivos">
                        <a href="/mis-facturas/${uuid}/xml">XML</a>
                        <a href="/mis-facturas/${uuid}/pdf">PDF</a>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }`,
    userName,
  );
