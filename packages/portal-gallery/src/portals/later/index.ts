import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays, mexicanDate, realDate, toDayMonthYear } from '../../clock.ts';
import type { LookUp } from '../../desk.ts';
import { paymentForms, regimesFor, usesFor } from '../../fiscal.ts';
import { mexicoCityTime } from '../../issuer/mexico-time.ts';
import type { Issued } from '../../ledger.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { readReceptor, receptorComplaints } from '../../receptor-form.ts';
import { type Sale, ticketKey } from '../../sale.ts';
import { galleryField } from '../../vendor.ts';
import {
  type PortalApp,
  type PortalEnv,
  attachment,
  breakConnection,
  field,
  serveAssets,
  serveFavicon,
} from '../../web.ts';
import { invoiceForm, layout, listOf, searchForm } from './pages.ts';
import { opensAt, readTicket } from './ticket.ts';

const LAST_DAY = 2;

/**
 * Maison Camelia: a boutique that invoices from 24 hours after the purchase until the 2nd of the next month. A ticket
 * that is too fresh is told so, in one of three ways. Careless: a second submit issues a second CFDI.
 */
export const later: PortalDefinition = {
  id: 'later',
  name: 'Maison Camelia',
  emisor: { rfc: 'MCA120607FD8', name: 'MAISON CAMELIA', regime: '601', postalCode: '11560' },
  serie: 'MC',
  concept: {
    description: 'PERFUMERIA Y COSMETICOS',
    productKey: '53131600',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: (soldOn) => {
    const inNextMonth = addDays(`${soldOn.slice(0, 7)}-01`, 31);
    return `${inNextMonth.slice(0, 7)}-0${LAST_DAY}`;
  },
  entry: {
    id: '01a2008d-8009-7b93-8f6d-d2418a5c0b09',
    ticketFields: [
      galleryField('folio', 'Número de ticket', { mask: '9999-99-9999999', identity: true }),
      // Numbers start over each day.
      galleryField('date', 'Fecha', { identity: true }),
      galleryField('extra.hora', 'Hora'),
      galleryField('amount', 'Total'),
    ],
    opens: { after: 24, unit: 'hours' },
    closes: { kind: 'day_of_next_month', day: LAST_DAY },
    technology: 'HTML',
    confidence: 0.4,
  },
  createApp,
};

const names = {
  rfc: 'rfc',
  name: 'nombre',
  postalCode: 'cp',
  regime: 'regimen',
  use: 'uso',
  mail: 'email',
} as const;

const refusals = {
  not_found: 'Lo sentimos, no encontramos tu ticket. Revisa los datos capturados.',
  expired: 'El plazo para facturar tu ticket ha concluido.',
  already_invoiced: 'Este ticket ya fue facturado.',
  portal_down: 'Servicio temporalmente inactivo. Por favor intenta más tarde.',
} as const;

const MONTHS =
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');
const HOUR_MS = 3_600_000;

/** Three ways to say when, by the ticket's number. */
function notYet(sale: Sale, now: Date): string {
  const opens = opensAt(sale);
  const local = mexicoCityTime(opens);
  const [day, hour] = [mexicanDate(opens), local.slice(11, 16)];
  const [year, month, date] = day.split('-');
  const ways = [
    `Tu compra aún no está disponible para facturar. Podrás facturarla a partir del ${toDayMonthYear(day)} a las ${hour} horas.`,
    `La información de tu ticket todavía no se encuentra en nuestro sistema. Intenta de nuevo dentro de ${Math.ceil((opens.getTime() - now.getTime()) / HOUR_MS)} horas.`,
    `Tu ticket todavía no puede facturarse; estará disponible el ${Number(date)} de ${MONTHS[Number(month) - 1]} de ${year}.`,
  ];
  return ways[sale.number % ways.length] ?? '';
}

type Body = Readonly<Record<string, unknown>>;

function createApp({ desk, now }: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'M', '#1a1a1a');
  serveAssets(app, '/assets', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.html(layout('Facturación', invoiceForm(''))));
  app.get('/duplicado', (c) => c.html(layout('Duplicado de factura', searchForm(''))));
  app.get('/boutiques', (c) =>
    c.html(layout('Boutiques', html`<p>Polanco · Santa Fe · Andares · Valle · Angelópolis · Altaria</p>`)),
  );
  app.get('/listas', (c) => {
    const rfc = (c.req.query('rfc') ?? '').toUpperCase();
    const regime = c.req.query('regimen');
    return c.json(regime === undefined ? regimesFor(rfc) : usesFor(rfc, regime));
  });

  const lookUp = (sale: Sale | undefined): LookUp | { readonly kind: 'not_yet'; readonly sale: Sale } => {
    const found = desk.lookUp(sale);
    return found.kind === 'open' && opensAt(found.ticket.sale) > now()
      ? { kind: 'not_yet', sale: found.ticket.sale }
      : found;
  };

  app.post('/', async (c) => {
    const body = await c.req.parseBody();
    const receptor = readReceptor(body, names);
    const found = lookUp(saleIn(body));
    const again = (problem: string, status: 200 | 503 = 200) =>
      c.html(layout('Facturación', invoiceForm(problem)), status);
    const refuse = (reason: string) =>
      desk.refuse(
        { ticket: found.kind === 'open' ? found.ticket.key : field(body, 'numero'), rfc: receptor.rfc },
        reason,
      );
    if (found.kind !== 'open') {
      refuse(found.kind);
      if (found.kind === 'not_yet') return again(notYet(found.sale, now()));
      return again(refusals[found.kind], found.kind === 'portal_down' ? 503 : 200);
    }
    const complaints = receptorComplaints(body, names);
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'pago'))?.code;
    if (complaints.length > 0 || paymentForm === undefined) {
      refuse('invalid');
      return again(complaints[0] ?? 'Selecciona la forma de pago.');
    }
    const issuance = await desk.submit({ ticket: found.ticket, receptor, paymentForm });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    const withXml = found.ticket.outcome !== 'pdf_only';
    return c.html(layout('Merci', listOf([issuance.invoice], 'Tu factura se generó exitosamente.', withXml)));
  });

  app.post('/duplicado', async (c) => {
    const body = await c.req.parseBody();
    const sale = saleIn(body);
    const invoices: readonly Issued[] =
      sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), field(body, 'rfc').toUpperCase());
    const found = desk.lookUp(sale);
    const withXml = found.kind !== 'open' || found.ticket.outcome !== 'pdf_only';
    return c.html(
      layout(
        'Duplicado de factura',
        invoices.length === 0
          ? searchForm('No tenemos facturas registradas con estos datos.')
          : listOf(invoices, 'Tus facturas', withXml),
      ),
    );
  });

  app.get('/archivo/:file{[0-9A-F-]{36}\\.(xml|pdf)}', async (c) => {
    const [uuid = '', type] = c.req.param('file').split('.');
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('No encontrado', 404);
    return type === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `${uuid}.xml`);
  });
  return app;
}

function saleIn(body: Body): Sale | undefined {
  const date = realDate(field(body, 'fecha'));
  const total = parsePesos(field(body, 'total'));
  if (date === undefined || total === undefined) return undefined;
  return readTicket({ number: field(body, 'numero'), date, hour: field(body, 'hora'), total });
}
