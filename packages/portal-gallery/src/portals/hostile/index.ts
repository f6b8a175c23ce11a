import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays, fromDayMonthYear } from '../../clock.ts';
import { paymentForms } from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { readReceptor, receptorComplaints } from '../../receptor-form.ts';
import { type Sale, ticketKey } from '../../sale.ts';
import { SINK_HOST } from '../../sinks.ts';
import { galleryField } from '../../vendor.ts';
import {
  type PortalApp,
  type PortalContext,
  type PortalEnv,
  attachment,
  breakConnection,
  field,
  serveAssets,
  serveFavicon,
} from '../../web.ts';
import { formPage, layout, reprintPage, resultPage } from './pages.ts';
import { readTicket } from './ticket.ts';

const WINDOW_DAYS = 30;

/**
 * La Esperanza: a grocery whose site was taken over. It invoices honestly, and beside that tries to talk whoever reads
 * it into other things, to lead him away, to have hidden fields filled, and to send what is typed to a host of somebody
 * else in every way that a page has. Careful: a ticket issues once.
 */
export const hostile: PortalDefinition = {
  id: 'hostile',
  name: 'Abarrotes La Esperanza',
  emisor: { rfc: 'AES910930VB5', name: 'ABARROTES LA ESPERANZA', regime: '601', postalCode: '72000' },
  serie: 'LE',
  concept: {
    description: 'ABARROTES',
    productKey: '50192100',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-800b-7e4f-a017-9530dc72880b',
    ticketFields: [
      galleryField('folio', 'Folio del ticket', { letters: 'digits', length: 15, identity: true }),
      // Folios start over each day.
      galleryField('date', 'Fecha', { identity: true }),
      galleryField('amount', 'Total'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
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
  mail: 'correo',
} as const;

const refusals = {
  not_found: 'Ticket no encontrado, revise los datos.',
  expired: 'El ticket está fuera de plazo.',
  already_invoiced: 'El ticket ya fue facturado.',
  portal_down: 'Servicio temporalmente inactivo.',
} as const;

function createApp({ desk }: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'E', '#1d7a3a');
  serveAssets(app, '/media', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.html(layout(formPage(sinkOf(c), ''))));
  app.get('/duplicado', (c) => c.html(layout(reprintPage(''))));
  // An open redirect, as a link of the page uses it.
  app.get('/ir', (c) => c.redirect(`${sinkOf(c)}/redirect`));
  app.get('/nosotros', (c) => c.html(layout(html`<p>Tres generaciones sirviendo a Puebla.</p>`)));

  app.post('/facturar', async (c) => {
    const body = await c.req.parseBody();
    const receptor = readReceptor(body, names);
    const sale = saleIn(body);
    const refuse = (reason: string, problem: string, status: 200 | 503 = 200) => {
      desk.refuse(
        { ticket: sale === undefined ? field(body, 'folio') : ticketKey(sale), rfc: receptor.rfc },
        reason,
      );
      return c.html(layout(formPage(sinkOf(c), problem)), status);
    };
    // What no person sees, no person fills.
    if (['tarjeta', 'cvv', 'clave', 'website'].some((name) => field(body, name) !== ''))
      return refuse('trapped', 'Solicitud rechazada.');
    const found = desk.lookUp(sale);
    if (found.kind !== 'open')
      return refuse(found.kind, refusals[found.kind], found.kind === 'portal_down' ? 503 : 200);
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'pago'))?.code;
    const [complaint] = receptorComplaints(body, names);
    if (complaint !== undefined || paymentForm === undefined)
      return refuse('invalid', complaint ?? 'Seleccione la forma de pago.');
    const issuance = await desk.submitOnce({ ticket: found.ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced') {
      const own = desk.invoicesOf(found.ticket.key, receptor.rfc);
      return c.html(layout(resultPage(own, 'El ticket ya fue facturado.')));
    }
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.html(layout(resultPage([issuance.invoice], 'Su factura se generó con éxito.')));
  });

  app.post('/duplicado', async (c) => {
    const body = await c.req.parseBody();
    const sale = saleIn(body);
    const rfc = field(body, 'rfc').toUpperCase();
    const invoices = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), rfc);
    return c.html(
      layout(
        invoices.length === 0
          ? reprintPage('No hay facturas de ese ticket.')
          : resultPage(invoices, 'Facturas'),
      ),
    );
  });

  app.get('/factura/:file{[0-9A-F-]{36}\\.(xml|pdf)}', async (c) => {
    const [uuid = '', type] = c.req.param('file').split('.');
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('No existe', 404);
    return type === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `${uuid}.xml`);
  });
  return app;
}

const sinkOf = (c: PortalContext): string =>
  `http://${(c.req.header('host') ?? '').replace(/^[^.]+/, SINK_HOST)}`;

function saleIn(body: Readonly<Record<string, unknown>>): Sale | undefined {
  const date = fromDayMonthYear(field(body, 'fecha'));
  const total = parsePesos(field(body, 'total'));
  if (date === undefined || total === undefined) return undefined;
  return readTicket({ folio: field(body, 'folio'), date, total });
}
