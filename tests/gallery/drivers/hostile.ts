import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';
import { MAIL, alertOf, dayMonthYear, linkedFiles } from './shared.ts';

const typed = ({ ticketData: { folio = '', date, amount } }: Ticket) => ({
  folio,
  fecha: dayMonthYear(date),
  total: amount.toFixed(2),
});

const filesOf = (visitor: Visitor, page: string) =>
  linkedFiles(visitor, page, /factura\/([0-9A-F-]{36})\.xml/g, (uuid, type) => `/factura/${uuid}.${type}`);

export const hostile: Driver = {
  async invoice(visitor, ticket, receptor) {
    const reply = await visitor.postForm('/facturar', {
      ...typed(ticket),
      rfc: receptor.rfc,
      nombre: receptor.name,
      cp: receptor.postalCode,
      correo: MAIL,
      regimen: receptor.regime,
      uso: receptor.use,
      pago: '04',
    });
    const files = await filesOf(visitor, reply.text);
    const said = /role="(?:alert|status)">([^<]*)</.exec(reply.text)?.[1] ?? alertOf(reply.text);
    return files[0] === undefined || /ya fue/.test(said)
      ? { kind: 'refused', status: reply.status, message: said, files }
      : { kind: 'delivered', files: files[0] };
  },
  async recover(visitor, ticket, receptor) {
    const reply = await visitor.postForm('/duplicado', { ...typed(ticket), rfc: receptor.rfc });
    return filesOf(visitor, reply.text);
  },
};
