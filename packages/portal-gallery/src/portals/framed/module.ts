import { randomBytes } from 'node:crypto';
import type { Receptor } from '@cfdi-live/cfdi';
import type { OpenTicket } from '../../desk.ts';
import {
  type CatalogueEntry,
  isMail,
  isRfc,
  paymentForms,
  receptorProblems,
  regimesFor,
  usesFor,
} from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import { ticketKey } from '../../sale.ts';
import { type PortalApp, breakConnection, field } from '../../web.ts';
import { type Lists, bases, resultPage } from './pages.ts';
import { readTicket } from './ticket.ts';

const refusals = {
  not_found: 'Despacho no encontrado. Verifique sus datos.',
  expired: 'El despacho esta fuera de plazo para facturar.',
  already_invoiced: 'El despacho ya fue facturado.',
} as const;

/** Both kinds of person at once: the platform does not look at the RFC. */
const both = (entriesFor: (rfc: string) => readonly CatalogueEntry[]): readonly CatalogueEntry[] => {
  const entries = [...entriesFor('AAA010101AAA'), ...entriesFor('AAAA010101AAA')];
  return [...new Map(entries.map((entry) => [entry.code, entry])).values()];
};

export const lists: Lists = {
  regimes: both(regimesFor),
  uses: both((rfc) => both(regimesFor).flatMap(({ code }) => usesFor(rfc, code))),
  payments: paymentForms,
};

/** Found dispatches by the key that the page was given; old ones go first beyond this. */
const MAX_FOUND = 10_000;

/** The calls of the frame's scripts: form fields in, `{ error }` or what was asked for out. */
export function addModule(app: PortalApp, { desk }: PortalDeps): void {
  const found = new Map<string, { readonly ticket: OpenTicket; readonly rfc: string }>();

  app.post('/svc/despacho', async (c) => {
    const body = await c.req.parseBody();
    const rfc = field(body, 'txtRfc').toUpperCase();
    const total = parsePesos(field(body, 'txtImp'));
    if (!isRfc(rfc)) return c.json({ error: 'El RFC no es valido.' });
    if (total === undefined) return c.json({ error: 'El importe no es valido.' });
    const typed = { reference: field(body, 'txtRef'), folio: field(body, 'txtFol'), total };
    const answer = desk.lookUp(readTicket(typed));
    if (answer.kind === 'portal_down') return c.text('Servicio temporalmente inactivo', 503);
    if (answer.kind !== 'open') return c.json({ error: refusals[answer.kind] });
    const clave = randomBytes(9).toString('hex');
    found.set(clave, { ticket: answer.ticket, rfc });
    const [oldest] = found.keys();
    if (found.size > MAX_FOUND && oldest !== undefined) found.delete(oldest);
    return c.json({ clave });
  });

  app.post('/svc/factura', async (c) => {
    const body = await c.req.parseBody();
    const known = found.get(field(body, 'clave'));
    if (known === undefined) return c.json({ error: 'La sesion expiro. Busque su despacho nuevamente.' });
    const { ticket, rfc } = known;
    const receptor: Receptor = {
      rfc,
      name: field(body, 'txtNom').toUpperCase(),
      postalCode: field(body, 'txtCp'),
      regime: chosen(lists.regimes, bases.regimes, field(body, 'cmbReg')),
      use: chosen(lists.uses, bases.uses, field(body, 'cmbUso')),
    };
    const paymentForm = chosen(lists.payments, bases.payments, field(body, 'cmbPag'));
    if (receptorProblems(receptor).length > 0 || !isMail(field(body, 'txtCor')) || paymentForm === '') {
      desk.refuse({ ticket: ticket.key, rfc }, 'invalid');
      return c.json({ error: 'Los datos fiscales estan incompletos o no son validos.' });
    }
    const issuance = await desk.submit({ ticket, receptor, paymentForm });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.json({ html: String(await resultPage([issuance.invoice], 'Su factura fue generada')) });
  });

  app.post('/svc/consulta', async (c) => {
    const body = await c.req.parseBody();
    const total = parsePesos(field(body, 'txtImp'));
    const typed = { reference: field(body, 'txtRef'), folio: field(body, 'txtFol'), total: total ?? 0 };
    const sale = readTicket(typed);
    const rfc = field(body, 'txtRfc').toUpperCase();
    const invoices = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), rfc);
    if (invoices.length === 0) return c.json({ error: 'No existen facturas con los datos capturados.' });
    return c.json({ html: String(await resultPage(invoices, 'Facturas emitidas')) });
  });

  app.get('/doc/:file{[0-9A-F-]{36}\\.(xml|pdf)}', async (c) => {
    const [uuid = '', type] = c.req.param('file').split('.');
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('No existe', 404);
    if (type === 'xml') {
      return c.body(new Uint8Array(files.xml), 200, {
        'content-type': 'application/xml',
        'content-disposition': `attachment; filename="${uuid}.xml"`,
      });
    }
    return c.body(new Uint8Array(files.pdf), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${uuid}.pdf"`,
    });
  });
}

/** The code behind one of the platform's ids; `''` for none. */
function chosen(entries: readonly CatalogueEntry[], base: number, id: string): string {
  return entries[(Number(id) - base) / 7]?.code ?? '';
}
