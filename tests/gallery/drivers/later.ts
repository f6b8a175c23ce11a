import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';
import { MAIL, alertOf, linkedFiles } from './shared.ts';

const typed = ({ ticketData: { folio = '', date, extra, amount } }: Ticket) => ({
  numero: folio,
  fecha: date,
  hora: extra?.['hora'] ?? '',
  total: amount.toFixed(2),
});

const filesOf = (visitor: Visitor, page: string) =>
  linkedFiles(
    visitor,
    page,
    /archivo\/([0-9A-F-]{36})\.(?:xml|pdf)/g,
    (uuid, type) => `/archivo/${uuid}.${type}`,
  );

export const later: Driver = {
  async invoice(visitor, ticket, receptor) {
    const reply = await visitor.postForm('/', {
      ...typed(ticket),
      rfc: receptor.rfc,
      nombre: receptor.name,
      cp: receptor.postalCode,
      email: MAIL,
      regimen: receptor.regime,
      uso: receptor.use,
      pago: '04',
    });
    const [files] = await filesOf(visitor, reply.text);
    return files === undefined
      ? { kind: 'refused', status: reply.status, message: alertOf(reply.text), files: [] }
      : { kind: 'delivered', files };
  },
  async recover(visitor, ticket, receptor) {
    const reply = await visitor.postForm('/duplicado', { ...typed(ticket), rfc: receptor.rfc });
    return filesOf(visitor, reply.text);
  },
};
