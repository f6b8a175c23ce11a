import { zipSync } from 'fflate';
import type { InvoiceFiles } from '../../documents.ts';
import type { Issued } from '../../ledger.ts';
import type { PortalMail, PostOffice } from '../../post-office.ts';
import type { Outcome } from '../../sale.ts';

/** How long the late ones take. */
export const LATE_MS = 2 * 3_600_000;
const BETWEEN_TWO_MS = 1_500;

/** Sends an invoice the way that its ticket forces. `siteUrl` is where its links lead. */
export function sendInvoice(
  post: PostOffice,
  order: { invoice: Issued; files: InvoiceFiles; to: string; outcome: Outcome; siteUrl: string },
): void {
  const { invoice, files, to, outcome, siteUrl } = order;
  const name = `${invoice.serie}${invoice.folio}`;
  const xml = { filename: `${name}.xml`, content: files.xml };
  const pdf = { filename: `${name}.pdf`, content: files.pdf };
  const mail: PortalMail = {
    to,
    subject: `Su factura ${name} de Librerías El Faro`,
    text: `Gracias por su compra. Adjuntamos su factura ${name}.`,
  };
  if (outcome === 'mail_zip') {
    const zip = Buffer.from(zipSync({ [xml.filename]: xml.content, [pdf.filename]: pdf.content }));
    post.post({ ...mail, attachments: [{ filename: `${name}.zip`, content: zip }] });
  } else if (outcome === 'mail_link') post.post(linked(mail, invoice.uuid, siteUrl));
  else if (outcome === 'mail_pdf_first') {
    post.post({ ...mail, attachments: [pdf] });
    const second = { ...mail, subject: `${mail.subject} (XML)`, attachments: [xml] };
    post.post(second, { afterMs: BETWEEN_TWO_MS });
  } else {
    post.post({ ...mail, attachments: [xml, pdf] }, outcome === 'mail_late' ? { afterMs: LATE_MS } : {});
  }
}

/** A page of pictures and buttons, one of which would cancel what it delivers. */
function linked(mail: PortalMail, uuid: string, siteUrl: string): PortalMail {
  const link = (type: string) => `${siteUrl}descarga.php?f=${uuid}&t=${type}`;
  return {
    ...mail,
    text: `Descargue su factura:\n${link('xml')}\n${link('pdf')}\n`,
    html: `<p>Gracias por su compra.</p>
<p><a href="${link('xml').replaceAll('&', '&amp;')}"><b>Descargar XML</b></a> | <a href="${link('pdf').replaceAll('&', '&amp;')}">Descargar PDF</a></p>
<p><a href="${siteUrl}cancelar.php?f=${uuid}">Cancelar esta factura</a> | <a href="https://redes.elfaro.example/">Síganos</a></p>`,
  };
}
