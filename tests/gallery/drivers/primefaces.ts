import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver, Files } from '../drivers.ts';
import type { Reply, Visitor } from '../visitor.ts';
import { MAIL, dayMonthYear } from './shared.ts';

const INVOICE = '/facturacion/index.xhtml';
const REPRINT = '/facturacion/reimpresion.xhtml';

const stateOf = (page: string): string => /ViewState" value="([^"]+)"/.exec(page)![1]!;
const messageOf = (answer: string): string =>
  /ui-growl-title">Aviso<\/span>\s*<p>([^<]*)</.exec(answer)?.[1] ?? '';

const typed = ({ ticketData: { date, folio = '', extra, amount } }: Ticket) => ({
  'frm:cal_input': dayMonthYear(date),
  'frm:folio': folio,
  'frm:idv': extra?.['id_venta'] ?? '',
  'frm:total': amount.toFixed(2),
});

/** Each file has a button of its own, which posts the page back. */
async function filesOf(visitor: Visitor, answer: string): Promise<readonly Files[]> {
  const uuids = [...answer.matchAll(/name="xml"\s+value="([0-9A-F-]{36})"/g)].map(([, uuid = '']) => uuid);
  const load = async (type: string, uuid: string) =>
    (await visitor.postForm('/facturacion/archivo', { [type]: uuid })).body;
  return Promise.all(
    uuids.map(async (uuid) => ({ xml: await load('xml', uuid), pdf: await load('pdf', uuid) })),
  );
}

export const primefaces: Driver = {
  async invoice(visitor, ticket, receptor) {
    const state = stateOf((await visitor.get('/')).text);
    const ajax = (source: string, fields: Record<string, string>): Promise<Reply> =>
      visitor.postForm(INVOICE, { 'javax.faces.ViewState': state, 'javax.faces.source': source, ...fields });
    const refused = (reply: Reply) => ({
      kind: 'refused' as const,
      status: reply.status,
      message: messageOf(reply.text) || reply.text,
    });
    const validated = await ajax('frm:j_idt38', typed(ticket));
    if (!validated.text.includes('frm:rfc')) {
      const again = /Reimpresi/.test(messageOf(validated.text));
      return {
        ...refused(validated),
        files: again ? await primefaces.recover(visitor, ticket, receptor) : [],
      };
    }
    await ajax('frm:rfc', { ...typed(ticket), 'frm:rfc': receptor.rfc });
    const issued = await ajax('frm:j_idt90', {
      ...typed(ticket),
      'frm:rfc': receptor.rfc,
      'frm:razon': receptor.name,
      'frm:cp': receptor.postalCode,
      'frm:regimen': receptor.regime,
      'frm:uso': receptor.use,
      'frm:pago': '04',
      'frm:correo': MAIL,
    });
    const [files] = await filesOf(visitor, issued.text);
    return files === undefined ? { ...refused(issued), files: [] } : { kind: 'delivered', files };
  },
  async recover(visitor, ticket, receptor) {
    const state = stateOf((await visitor.get(REPRINT)).text);
    const fields = { ...typed(ticket), 'frm:rfc': receptor.rfc };
    const reply = await visitor.postForm(REPRINT, { 'javax.faces.ViewState': state, ...fields });
    return filesOf(visitor, reply.text);
  },
};
