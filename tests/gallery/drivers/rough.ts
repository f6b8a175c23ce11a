import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';
import { MAIL, dayMonthYear, linkedFiles } from './shared.ts';

const typed = ({ ticketData: { folio = '', date, amount } }: Ticket) => ({
  boleto: folio,
  fecha: dayMonthYear(date),
  tarifa: amount.toFixed(2),
});

const filesOf = (visitor: Visitor, page: string) =>
  linkedFiles(
    visitor,
    page,
    /t=xml&amp;id=([0-9A-F-]{36})/g,
    (uuid, type) => `/descarga.php?t=${type}&id=${uuid}`,
  );

const errorOf = (page: string): string => /class="error"><b>([^<]*)</.exec(page)?.[1] ?? '';

export const rough: Driver = {
  async invoice(visitor, ticket, receptor) {
    const found = await visitor.postForm('/buscar.php', typed(ticket));
    if (!found.text.includes('generar.php')) {
      const message = errorOf(found.text) || found.text;
      const files = /reimprimir/.test(message) ? await rough.recover(visitor, ticket, receptor) : [];
      return { kind: 'refused', status: found.status, message, files };
    }
    const issued = await visitor.postForm('/generar.php', {
      ...typed(ticket),
      rfc: receptor.rfc,
      razon_social: receptor.name,
      codigo_postal: receptor.postalCode,
      regimen: receptor.regime,
      uso_cfdi: receptor.use,
      forma_pago: '04',
      correo: MAIL,
    });
    const [files] = await filesOf(visitor, issued.text);
    return files === undefined
      ? { kind: 'refused', status: issued.status, message: errorOf(issued.text), files: [] }
      : { kind: 'delivered', files };
  },
  async recover(visitor, ticket, receptor) {
    const reply = await visitor.postForm('/reimprimir.php', { ...typed(ticket), rfc: receptor.rfc });
    return filesOf(visitor, reply.text);
  },
};
