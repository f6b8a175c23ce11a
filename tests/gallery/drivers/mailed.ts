import type { Driver } from '../drivers.ts';
import { MAIL, alertOf, linkedFiles } from './shared.ts';

/** What is mailed is fetched again where the portal keeps it. */
export const mailed: Driver = {
  async invoice(visitor, ticket, receptor) {
    const { folio = '', amount } = ticket.ticketData;
    const reply = await visitor.postForm('/solicitar.php', {
      folio_compra: folio,
      importe: amount.toFixed(2),
      rfc_cliente: receptor.rfc,
      razon: receptor.name,
      codigo_postal: receptor.postalCode,
      regimen_fiscal: receptor.regime,
      uso_cfdi: receptor.use,
      email: MAIL,
      email_confirma: MAIL,
    });
    if (!reply.text.includes('¡Listo!'))
      return { kind: 'refused', status: reply.status, message: alertOf(reply.text), files: [] };
    const files = (await mailed.recover(visitor, ticket, receptor)).at(-1);
    if (files === undefined) throw new Error('the portal keeps no files of what it sent');
    return { kind: 'delivered', files };
  },
  async recover(visitor, { ticketData: { folio = '' } }, receptor) {
    const reply = await visitor.postForm('/consulta.php', { folio_compra: folio, rfc_cliente: receptor.rfc });
    return linkedFiles(
      visitor,
      reply.text,
      /descarga\.php\?f=([0-9A-F-]{36})&amp;t=xml/g,
      (uuid, type) => `/descarga.php?f=${uuid}&t=${type}`,
    );
  },
};
