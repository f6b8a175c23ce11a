import { html } from 'hono/html';
import { mexicanDate, toDayMonthYear } from '../../clock.ts';
import type { Issued } from '../../ledger.ts';
import { formatPesos } from '../../money.ts';
import { type Html, row, submitButton, textBox, validationSummary } from './layout.ts';
import { type Feedback, steps } from './pages.ts';

const documentLinks = (invoice: Issued): Html =>
  html`<a href="/Documento.ashx?tipo=xml&amp;id=${invoice.uuid}">XML</a> &nbsp;
    <a href="/Documento.ashx?tipo=pdf&amp;id=${invoice.uuid}">PDF</a>`;

export function resultPage(invoice: Issued, mail: string): Html {
  return html`${steps(4)}
    <h1>Su factura ha sido generada</h1>
    <div class="exito">La factura se generó correctamente. Se envió una copia al correo ${mail}.</div>
    <table class="resumen" cellspacing="0">
      <tr>
        <th>Serie y folio</th>
        <td>${invoice.serie}-${invoice.folio}</td>
      </tr>
      <tr>
        <th>Folio fiscal</th>
        <td>${invoice.uuid}</td>
      </tr>
      <tr>
        <th>RFC</th>
        <td>${invoice.rfc}</td>
      </tr>
      <tr>
        <th>Total</th>
        <td>$ ${formatPesos(Math.round(invoice.total * 100))}</td>
      </tr>
    </table>
    <p class="descargas">Descargar: ${documentLinks(invoice)}</p>
    <p><a href="/Default.aspx">Facturar otro ticket</a></p>`;
}

export type QueryForm = { tc: string; tr: string; rfc: string };

export function queryPage(form: QueryForm, invoices: readonly Issued[], feedback: Feedback): Html {
  return html`<h1>Consultar / reimprimir factura</h1>
    <p>Capture los datos de su ticket y el RFC con el que fue facturado.</p>
    ${validationSummary(feedback.problems)}
    <table class="forma" cellspacing="4">
      ${row('TC#:', textBox('txtTC', form.tc, { maxLength: 20, width: 210 }), { required: true })}
      ${row('TR#:', textBox('txtTR', form.tr, { maxLength: 5, width: 70 }), { required: true })}
      ${row('RFC:', textBox('txtRFC', form.rfc, { maxLength: 13, width: 150, upper: true }), { required: true })}
      <tr>
        <td></td>
        <td>${submitButton('btnConsultar', 'Consultar')}</td>
      </tr>
    </table>
    ${feedback.message === undefined ? '' : html`<div class="resumenErrores">${feedback.message}</div>`}
    ${invoices.length === 0 ? '' : invoiceTable(invoices)}`;
}

const invoiceTable = (invoices: readonly Issued[]): Html =>
  html`<table class="rejilla" cellspacing="0">
    <tr>
      <th>Fecha</th>
      <th>Factura</th>
      <th>Folio fiscal</th>
      <th>Total</th>
      <th>Archivos</th>
    </tr>
    ${invoices.map(
      (invoice) =>
        html`<tr>
          <td>${toDayMonthYear(mexicanDate(new Date(invoice.at)))}</td>
          <td>${invoice.serie}-${invoice.folio}</td>
          <td>${invoice.uuid}</td>
          <td>$ ${formatPesos(Math.round(invoice.total * 100))}</td>
          <td>${documentLinks(invoice)}</td>
        </tr>`,
    )}
  </table>`;
