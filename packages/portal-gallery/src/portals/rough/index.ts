import { setTimeout as delay } from 'node:timers/promises';
import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays, fromDayMonthYear } from '../../clock.ts';
import { paymentForms } from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { readReceptor, receptorComplaints } from '../../receptor-form.ts';
import { type Sale, type Outcome, outcomeOf, ticketKey } from '../../sale.ts';
import { type Trouble, troubles } from '../../trouble-pages.ts';
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
import { invoiceList, layout, receptorForm, searchForm } from './pages.ts';
import { readTicket } from './ticket.ts';

const WINDOW_DAYS = 30;

/**
 * Valle Dorado: a bus line whose server has bad days. Its tickets bring, at the look-up, a page of maintenance, an
 * empty page, a firewall's page, or an answer that takes its time. Careful: a ticket issues once; "Reimprimir" hands
 * the files out again.
 */
export const rough: PortalDefinition = {
  id: 'rough',
  name: 'Autobuses Valle Dorado',
  emisor: { rfc: 'AVD850622KT1', name: 'AUTOBUSES VALLE DORADO', regime: '624', postalCode: '36500' },
  serie: 'VD',
  concept: {
    description: 'TRANSPORTE TERRESTRE DE PASAJEROS',
    productKey: '78111802',
    unitKey: 'E48',
    unit: 'Servicio',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-800a-7c08-9b52-e7741f3a660a',
    ticketFields: [
      galleryField('folio', 'Boleto', { letters: 'alphanumeric', length: 16, identity: true }),
      // Numbers start over each day.
      galleryField('date', 'Fecha de viaje', { identity: true }),
      galleryField('amount', 'Tarifa'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'PHP',
    confidence: 0.4,
  },
  createApp,
};

const names = {
  rfc: 'rfc',
  name: 'razon_social',
  postalCode: 'codigo_postal',
  regime: 'regimen',
  use: 'uso_cfdi',
  mail: 'correo',
} as const;

const refusals = {
  not_found: 'No se encontró el boleto con los datos proporcionados.',
  expired: 'El boleto está fuera de plazo, excede los 30 días.',
  already_invoiced: 'El boleto ya fue facturado. Puede reimprimir su factura.',
} as const;

const TROUBLES: Partial<Readonly<Record<Outcome, Trouble>>> = {
  maintenance: 'maintenance',
  empty_answer: 'empty',
  blocked: 'blocked',
  portal_down: 'down',
};

type Body = Readonly<Record<string, unknown>>;

function createApp({ desk, slowMs }: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'V', '#7a1f1f');
  serveAssets(app, '/css', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.redirect('/facturacion.php'));
  app.get('/facturacion.php', (c) => c.html(layout(searchForm('buscar.php', 'Buscar boleto', ''))));
  app.get('/reimprimir.php', (c) => c.html(layout(searchForm('reimprimir.php', 'Reimprimir', '', true))));
  app.get('/rutas.php', (c) =>
    c.html(
      layout(html`<p>León · Irapuato · Celaya · Querétaro · México Norte. Salidas cada 30 minutos.</p>`),
    ),
  );

  app.post('/buscar.php', async (c) => {
    const body = await c.req.parseBody();
    const sale = saleIn(body);
    const outcome = sale === undefined ? undefined : outcomeOf(sale);
    const trouble = outcome === undefined ? undefined : TROUBLES[outcome];
    if (trouble !== undefined) return c.html(troubles[trouble].page, troubles[trouble].status);
    if (outcome === 'slow') await delay(slowMs);
    const again = (problem: string) =>
      c.html(layout(searchForm('buscar.php', 'Buscar boleto', problem, false, body)));
    const found = desk.lookUp(sale);
    if (found.kind !== 'open')
      return again(refusals[found.kind === 'portal_down' ? 'not_found' : found.kind]);
    if (desk.invoicesOf(found.ticket.key).length > 0) return again(refusals.already_invoiced);
    return c.html(layout(receptorForm(body, '')));
  });

  app.post('/generar.php', async (c) => {
    const body = await c.req.parseBody();
    const receptor = readReceptor(body, names);
    const found = desk.lookUp(saleIn(body));
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'forma_pago'))?.code;
    const complaints = receptorComplaints(body, names);
    if (found.kind !== 'open' || paymentForm === undefined || complaints.length > 0) {
      const ticket = found.kind === 'open' ? found.ticket.key : field(body, 'boleto');
      desk.refuse({ ticket, rfc: receptor.rfc }, 'invalid');
      return c.html(layout(receptorForm(body, complaints[0] ?? 'Seleccione la forma de pago.')));
    }
    const issuance = await desk.submitOnce({ ticket: found.ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced')
      return c.html(layout(searchForm('buscar.php', 'Buscar boleto', refusals.already_invoiced)));
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.html(layout(invoiceList([issuance.invoice], 'Su factura fue generada correctamente')));
  });

  app.post('/reimprimir.php', async (c) => {
    const body = await c.req.parseBody();
    const sale = saleIn(body);
    const invoices =
      sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), field(body, 'rfc').toUpperCase());
    return c.html(
      layout(
        invoices.length === 0
          ? searchForm('reimprimir.php', 'Reimprimir', 'No hay facturas de ese boleto.', true, body)
          : invoiceList(invoices, 'Facturas de su boleto'),
      ),
    );
  });

  app.get('/descarga.php', (c) => file(c));
  async function file(c: PortalContext): Promise<Response> {
    const uuid = c.req.query('id') ?? '';
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('Archivo no encontrado', 404);
    return c.req.query('t') === 'pdf'
      ? attachment(files.pdf, 'application/octet-stream', `${uuid}.pdf`)
      : attachment(files.xml, 'application/octet-stream', `${uuid}.xml`);
  }
  return app;
}

function saleIn(body: Body): Sale | undefined {
  const date = fromDayMonthYear(field(body, 'fecha'));
  const total = parsePesos(field(body, 'tarifa'));
  if (date === undefined || total === undefined) return undefined;
  return readTicket({ number: field(body, 'boleto'), date, total });
}
