import { html } from 'hono/html';
import { paymentForms } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';

type Html = ReturnType<typeof html>;

export const layout = (title: string, content: Html): Html =>
  html`<!doctype html>
    <html lang="es-MX">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} — Maison Camelia</title>
        <link rel="stylesheet" href="/assets/camelia.css" />
      </head>
      <body>
        <p class="cinta">Envío de cortesía en compras mayores a $1,500</p>
        <header>
          <a class="casa" href="/">Maison Camelia</a>
          <nav>
            <a href="/boutiques">Boutiques</a><a href="/">Facturación</a
            ><a href="/duplicado">Duplicado de factura</a>
          </nav>
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
        <footer>Maison Camelia México · Presidente Masaryk 390, Polanco</footer>
        <script src="/assets/listas.js"></script>
      </body>
    </html>`;

const message = (text: string): Html =>
  text === '' ? html`` : html`<p class="mensaje" role="alert">${text}</p>`;

const box = (name: string, caption: string, attributes: Html): Html =>
  html`<label class="campo"><span>${caption}</span><input name="${name}" ${attributes} /></label>`;

const ticketBoxes: Html = html`${box('numero', 'Número de ticket', html`maxlength="15" placeholder="0000-00-0000000"`)}
${box('fecha', 'Fecha de compra', html`type="date"`)}
${box('hora', 'Hora', html`maxlength="5" placeholder="hh:mm"`)}
${box('total', 'Total', html`maxlength="12" inputmode="decimal"`)}`;

export const invoiceForm = (problem: string): Html =>
  html`<p class="nota">Puedes facturar 24 horas después de tu compra y hasta el día 2 del mes siguiente.</p>
    ${message(problem)}
    <form method="post" action="/" autocomplete="off">
      <h2>Tu compra</h2>
      <div class="cuadro">${ticketBoxes}</div>
      <h2>Tus datos fiscales</h2>
      <div class="cuadro">
        ${box('rfc', 'RFC', html`maxlength="13"`)}
        ${box('nombre', 'Nombre o razón social', html`maxlength="254"`)}
        ${box('cp', 'Código postal', html`maxlength="5"`)}
        ${box('email', 'Correo electrónico', html`type="email"`)}
        <label class="campo"
          ><span>Régimen fiscal</span
          ><select name="regimen">
            <option value="">—</option>
          </select></label
        >
        <label class="campo"
          ><span>Uso de CFDI</span
          ><select name="uso">
            <option value="">—</option>
          </select></label
        >
        <label class="campo"
          ><span>Forma de pago</span
          ><select name="pago">
            <option value="">—</option>
            ${paymentForms.map(({ code, name }) => html`<option value="${code}">${name}</option>`)}
          </select></label
        >
      </div>
      <button type="submit">Solicitar factura</button>
    </form>`;

export const searchForm = (problem: string): Html =>
  html`${message(problem)}
    <form method="post" action="/duplicado" autocomplete="off">
      <div class="cuadro">${ticketBoxes}${box('rfc', 'RFC', html`maxlength="13"`)}</div>
      <button type="submit">Buscar mi factura</button>
    </form>`;

/** `withXml` is false where the boutique hands out the printed form alone. */
export const listOf = (invoices: readonly Issued[], text: string, withXml: boolean): Html =>
  html`<p class="nota">${text}</p>
    ${invoices.map(
      ({ uuid, serie, folio }) =>
        html`<p class="factura">
          Factura ${serie} ${folio}
          ${withXml ? html`<a href="/archivo/${uuid}.xml" download>Descargar XML</a>` : ''}
          <a href="/archivo/${uuid}.pdf" download>Descargar PDF</a>
        </p>`,
    )}`;
