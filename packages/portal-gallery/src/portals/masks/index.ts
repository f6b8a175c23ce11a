import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays, fromDayMonthYear } from '../../clock.ts';
import { paymentForms, regimesFor, usesFor } from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { readReceptor, receptorComplaints } from '../../receptor-form.ts';
import { ticketKey } from '../../sale.ts';
import { galleryField } from '../../vendor.ts';
import {
  type PortalApp,
  type PortalEnv,
  attachment,
  breakConnection,
  field,
  jsonBody,
  serveAssets,
  serveFavicon,
} from '../../web.ts';
import { readTicket } from './ticket.ts';

const WINDOW_DAYS = 30;

/**
 * Cinemas Aurora: a single-page application in the manner of Angular and Material. Folio, date and amount have masks
 * that listen to keys and to nothing else; "Continuar" stays closed until everything is valid. Careless: a second
 * submit issues a second CFDI; "Recuperar factura" lists all of the ticket.
 */
export const masks: PortalDefinition = {
  id: 'masks',
  name: 'Cinemas Aurora',
  emisor: { rfc: 'CAU080117MN3', name: 'CINEMAS AURORA', regime: '601', postalCode: '58000' },
  serie: 'AUR',
  concept: {
    description: 'ENTRADAS Y DULCERIA',
    productKey: '90131500',
    unitKey: 'E48',
    unit: 'Servicio',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8008-7d47-a2f8-6c1e30b95a08',
    ticketFields: [
      galleryField('folio', 'Folio', { mask: '9999-9999-999999', identity: true }),
      // Folios start over each day.
      galleryField('date', 'Fecha de función', { identity: true }),
      galleryField('amount', 'Monto'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'Angular',
    confidence: 0.4,
  },
  createApp,
};

const names = {
  rfc: 'rfc',
  name: 'razonSocial',
  postalCode: 'codigoPostal',
  regime: 'regimenFiscal',
  use: 'usoCfdi',
  mail: 'email',
} as const;

const refusals = {
  not_found: 'No encontramos una compra con esos datos. Revisa tu boleto.',
  expired: 'Tu compra está fuera de plazo: excede los 30 días para facturar.',
  already_invoiced: 'Esta compra ya fue facturada.',
  portal_down: 'Servicio temporalmente inactivo, intenta más tarde.',
} as const;

function createApp({ desk }: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'A', '#0b132b');
  serveAssets(app, '/assets', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.html(shell));

  const saleIn = (body: Readonly<Record<string, unknown>>) => {
    const date = fromDayMonthYear(field(body, 'fecha'));
    const total = parsePesos(field(body, 'monto'));
    if (date === undefined || total === undefined) return undefined;
    return readTicket({ folio: field(body, 'folio'), date, total });
  };

  app.post('/api/compras', async (c) => {
    const body = await jsonBody(c);
    const found = desk.lookUp(saleIn(body));
    if (found.kind !== 'open')
      return c.json({ message: refusals[found.kind] }, found.kind === 'portal_down' ? 503 : 400);
    return c.json({ cine: found.ticket.sale.branch });
  });
  app.get('/api/regimenes/:rfc', (c) => c.json(regimesFor(c.req.param('rfc'))));
  app.get('/api/usos/:rfc/:regime', (c) => c.json(usesFor(c.req.param('rfc'), c.req.param('regime'))));
  app.get('/api/formas-pago', (c) => c.json(paymentForms));

  app.post('/api/facturas', async (c) => {
    const body = await jsonBody(c);
    const receptor = readReceptor(body, names);
    const found = desk.lookUp(saleIn(body));
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'formaPago'))?.code;
    const complaints = receptorComplaints(body, names);
    if (found.kind !== 'open' || paymentForm === undefined || complaints.length > 0) {
      const ticket = found.kind === 'open' ? found.ticket.key : field(body, 'folio');
      desk.refuse({ ticket, rfc: receptor.rfc }, found.kind === 'open' ? 'invalid' : found.kind);
      const message = found.kind === 'open' ? complaints.join(' ') : refusals[found.kind];
      return c.json({ message }, 400);
    }
    const issuance = await desk.submit({ ticket: found.ticket, receptor, paymentForm });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    const { uuid, serie, folio } = issuance.invoice;
    return c.json({ facturas: [{ uuid, numero: `${serie}${folio}` }] });
  });

  app.post('/api/recuperar', async (c) => {
    const body = await jsonBody(c);
    const sale = saleIn(body);
    const invoices =
      sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), field(body, 'rfc').toUpperCase());
    if (invoices.length === 0)
      return c.json({ message: 'No hay facturas con los datos proporcionados.' }, 404);
    return c.json({
      facturas: invoices.map(({ uuid, serie, folio }) => ({ uuid, numero: `${serie}${folio}` })),
    });
  });

  app.get('/api/facturas/:uuid/:type{xml|pdf}', async (c) => {
    const { uuid, type } = c.req.param();
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.json({ message: 'No existe.' }, 404);
    return type === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `${uuid}.xml`);
  });
  return app;
}

const shell = html`<!doctype html>
  <html lang="es">
    <head>
      <meta charset="utf-8" />
      <title>Aurora Facturación</title>
      <base href="/" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="stylesheet" href="/assets/aurora.css" />
    </head>
    <body class="mat-typography">
      <app-root ng-version="15.2.9"></app-root>
      <script type="module" src="/assets/main.js"></script>
    </body>
  </html>`;
