import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver, Files } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';
import { MAIL, dayMonthYear } from './shared.ts';

type Answer = { message?: string; facturas?: readonly { uuid: string }[] };

const typed = ({ ticketData: { folio = '', date, amount } }: Ticket) => ({
  folio,
  fecha: dayMonthYear(date),
  monto: amount.toFixed(2),
});

async function filesOf(visitor: Visitor, { facturas = [] }: Answer): Promise<readonly Files[]> {
  const load = async (uuid: string, type: string) =>
    (await visitor.get(`/api/facturas/${uuid}/${type}`)).body;
  return Promise.all(
    facturas.map(async ({ uuid }) => ({ xml: await load(uuid, 'xml'), pdf: await load(uuid, 'pdf') })),
  );
}

export const masks: Driver = {
  async invoice(visitor, ticket, receptor) {
    const found = await visitor.postJson('/api/compras', typed(ticket));
    const reply =
      found.status !== 200
        ? found
        : await visitor.postJson('/api/facturas', {
            ...typed(ticket),
            rfc: receptor.rfc,
            razonSocial: receptor.name,
            codigoPostal: receptor.postalCode,
            email: MAIL,
            regimenFiscal: receptor.regime,
            usoCfdi: receptor.use,
            formaPago: '04',
          });
    const answer = JSON.parse(reply.text) as Answer;
    const [files] = await filesOf(visitor, answer);
    return files === undefined
      ? { kind: 'refused', status: reply.status, message: answer.message ?? '', files: [] }
      : { kind: 'delivered', files };
  },
  async recover(visitor, ticket, receptor) {
    const reply = await visitor.postJson('/api/recuperar', { ...typed(ticket), rfc: receptor.rfc });
    return filesOf(visitor, JSON.parse(reply.text) as Answer);
  },
};
