import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import { isMail, isRfc, receptorProblems } from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { ticketKey } from '../../sale.ts';
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
import { sendInvoice } from './mails.ts';
import {
  NOTHING_TYPED,
  type Typed,
  foundPage,
  helpPage,
  requestPage,
  searchPage,
  sentPage,
} from './pages.ts';
import { readTicket, saleOfFolio } from './ticket.ts';

const WINDOW_DAYS = 45;

/**
 * Librerías El Faro: plain PHP pages and one long form, which asks for a mailbox twice and hands nothing out: the invoice
 * goes by mail, at once or hours later. Careless: a ticket that is sent again is invoiced again.
 */
export const mailed: PortalDefinition = {
  id: 'mailed',
  name: 'Librerías El Faro',
  emisor: { rfc: 'LEF880915TQ6', name: 'LIBRERIAS EL FARO', regime: '601', postalCode: '44140' },
  serie: 'EF',
  concept: { description: 'LIBROS', productKey: '55101500', unitKey: 'H87', unit: 'Pieza' },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8014-7c55-9b21-0e64d3a8f714',
    ticketFields: [
      galleryField('folio', 'Folio de compra', { letters: 'alphanumeric', length: 20, identity: true }),
      galleryField('amount', 'Importe total'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'PHP',
    delivery: 'mail',
    confidence: 0.4,
  },
  createApp,
};

const messages = {
  not_found: 'No se encontró la compra con la información capturada.',
  expired: 'Su compra está fuera de plazo: los tickets se facturan durante 45 días.',
  already_invoiced: 'El ticket ya fue facturado anteriormente.',
  portal_down: 'Servicio temporalmente inactivo. Intente más tarde.',
  not_yet: 'Su compra aún no está disponible para facturar. Intente más tarde.',
} as const;

function createApp(deps: PortalDeps): PortalApp {
  const { desk } = deps;
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'F', '#14324a');
  serveAssets(app, '/css', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.html(requestPage(NOTHING_TYPED)));
  app.get('/preguntas.php', (c) => c.html(helpPage()));
  app.get('/consulta.php', (c) => c.html(searchPage({ folio: '', rfc: '' })));
  addRequest(app, deps);
  app.post('/consulta.php', async (c) => {
    const body = await c.req.parseBody();
    const typed = {
      folio: field(body, 'folio_compra').toUpperCase(),
      rfc: field(body, 'rfc_cliente').toUpperCase(),
    };
    const sale = saleOfFolio(typed.folio);
    const found = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), typed.rfc);
    return found.length > 0
      ? c.html(foundPage(found.map(({ uuid }) => uuid)))
      : c.html(searchPage(typed, 'No hay facturas emitidas con esos datos.'));
  });
  app.get('/descarga.php', async (c) => {
    const uuid = c.req.query('f') ?? '';
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('El archivo no existe.', 404);
    return c.req.query('t') === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `${uuid}.xml`);
  });
  return app;
}

function addRequest(app: PortalApp, { desk, post }: PortalDeps): void {
  app.post('/solicitar.php', async (c) => {
    const body = await c.req.parseBody();
    const typed: Typed = {
      folio: field(body, 'folio_compra').toUpperCase(),
      total: field(body, 'importe'),
      rfc: field(body, 'rfc_cliente').toUpperCase(),
      name: field(body, 'razon').toUpperCase(),
      postalCode: field(body, 'codigo_postal'),
      regime: field(body, 'regimen_fiscal'),
      use: field(body, 'uso_cfdi'),
      mail: field(body, 'email'),
      mailAgain: field(body, 'email_confirma'),
    };
    const sale = readTicket({ folio: typed.folio, total: parsePesos(typed.total) });
    const refuse = (message: string, reason: string, status: 200 | 503 = 200) => {
      desk.refuse({ ticket: sale === undefined ? typed.folio : ticketKey(sale), rfc: typed.rfc }, reason);
      return c.html(requestPage(typed, message), status);
    };
    const wrong = problemOf(typed);
    if (wrong !== null) return refuse(wrong, 'invalid');
    const found = desk.lookUp(sale);
    if (found.kind !== 'open')
      return refuse(messages[found.kind], found.kind, found.kind === 'portal_down' ? 503 : 200);
    const { mail, mailAgain: _again, folio: _folio, total: _total, ...receptor } = typed;
    const issuance = await desk.submit({ ticket: found.ticket, receptor, paymentForm: '04' });
    const files = await desk.filesOf(issuance.invoice.uuid);
    const { outcome } = found.ticket;
    if (files !== undefined) {
      const siteUrl = new URL('/', c.req.url).href;
      sendInvoice(post, { invoice: issuance.invoice, files, to: mail, outcome, siteUrl });
    }
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.html(sentPage(mail, outcome === 'mail_late'));
  });
}

/** The first thing that is wrong with what was typed. */
function problemOf(typed: Typed): string | null {
  if (!isRfc(typed.rfc)) return 'El RFC no es válido.';
  const [problem] = receptorProblems(typed);
  if (problem !== undefined) return refusals[problem.field];
  if (!isMail(typed.mail)) return 'El correo electrónico no es válido.';
  return typed.mail === typed.mailAgain ? null : 'Los correos electrónicos no coinciden.';
}

const refusals = {
  rfc: 'El RFC no es válido.',
  name: 'Escriba su nombre o razón social.',
  postalCode: 'El código postal debe tener 5 dígitos.',
  regime: 'El régimen fiscal no corresponde al RFC.',
  use: 'El uso del CFDI no corresponde al régimen fiscal.',
} as const;
