import type { Receptor } from '@cfdi-live/cfdi';
import { fromDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import { isMail, isRfc, paymentForms, receptorProblems, regimesFor, usesFor } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import {
  type PortalApp,
  type PortalContext,
  attachment,
  createSessions,
  breakConnection,
  field,
  jsonBody,
} from '../../web.ts';
import { createReservations } from './reservations.ts';
import { readTicket } from './ticket.ts';

/** What one browser session has validated. */
type Visit = { validated?: { readonly ticket: OpenTicket; readonly rfc: string } };

const messages = {
  not_found: 'No se encontró orden con la información capturada.',
  expired: 'El código está fuera de plazo: sólo puedes facturar cruces de los últimos 60 días.',
  already_invoiced: 'Este código ya fue facturado anteriormente.',
  recoverable: 'Este código ya fue facturado anteriormente. Puedes descargar tu factura nuevamente.',
  portal_down: 'Servicio temporalmente inactivo. Intenta más tarde.',
  reserved: 'El código está siendo utilizado en otra sesión. Intenta nuevamente más tarde.',
  lapsed: 'El tiempo para capturar tus datos terminó. Valida tu código nuevamente.',
  incomplete: 'La información capturada no es válida.',
} as const;

export function addApi(app: PortalApp, deps: PortalDeps): void {
  const { desk } = deps;
  const sessions = createSessions<Visit>('rc_sid', () => ({}));
  const reservations = createReservations(deps.now, deps.reservationMs);

  app.use('/', async (c, next) => {
    sessions.of(c);
    await next();
  });

  const refuse = (c: PortalContext, status: 404 | 409 | 410 | 422 | 423 | 503, mensaje: string) =>
    c.json({ mensaje }, status);

  const alreadyInvoiced = (c: PortalContext, key: string, rfc: string) => {
    const own = desk.invoicesOf(key, rfc);
    const mensaje = own.length > 0 ? messages.recoverable : messages.already_invoiced;
    return c.json({ mensaje, facturas: own.map(summary) }, 409);
  };

  app.post('/api/v2/codigos/validar', async (c) => {
    const body = await jsonBody(c);
    const rfc = field(body, 'rfc');
    const date = fromDayMonthYear(field(body, 'fecha'));
    const total = parsePesos(field(body, 'importe'));
    if (!isRfc(rfc) || date === undefined || total === undefined) return refuse(c, 422, messages.incomplete);
    const found = desk.lookUp(readTicket({ code: field(body, 'codigo').toUpperCase(), date, total }));
    if (found.kind === 'portal_down') return refuse(c, 503, messages.portal_down);
    if (found.kind === 'not_found') return refuse(c, 404, messages.not_found);
    if (found.kind === 'expired') return refuse(c, 410, messages.expired);
    if (found.kind === 'already_invoiced')
      return c.json({ mensaje: messages.already_invoiced, facturas: [] }, 409);
    const { key } = found.ticket;
    if (desk.invoicesOf(key).length > 0) return alreadyInvoiced(c, key, rfc);
    const { id, state } = sessions.of(c);
    const reservedMs = reservations.take(key, id);
    if (reservedMs === undefined) return refuse(c, 423, messages.reserved);
    state.validated = { ticket: found.ticket, rfc };
    return c.json({ plaza: found.ticket.sale.branch, segundos: Math.floor(reservedMs / 1000) });
  });

  app.get('/api/v2/catalogos/regimenes', (c) => c.json(regimesFor(c.req.query('rfc') ?? '').map(option)));
  app.get('/api/v2/catalogos/usos', (c) =>
    c.json(usesFor(c.req.query('rfc') ?? '', c.req.query('regimen') ?? '').map(option)),
  );
  app.get('/api/v2/catalogos/formas-pago', (c) => c.json(paymentForms.map(option)));

  app.post('/api/v2/facturas', async (c) => {
    const body = await jsonBody(c);
    const { id, state } = sessions.of(c);
    if (state.validated === undefined) return refuse(c, 409, messages.lapsed);
    const { ticket, rfc } = state.validated;
    if (desk.invoicesOf(ticket.key).length > 0) {
      desk.refuse({ ticket: ticket.key, rfc }, 'already_invoiced');
      return alreadyInvoiced(c, ticket.key, rfc);
    }
    if (!reservations.holds(ticket.key, id)) {
      desk.refuse({ ticket: ticket.key, rfc }, 'reservation_lapsed');
      return refuse(c, 409, messages.lapsed);
    }
    const receptor: Receptor = {
      rfc,
      name: field(body, 'razonSocial'),
      postalCode: field(body, 'codigoPostal'),
      regime: field(body, 'regimen'),
      use: field(body, 'uso'),
    };
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'formaPago'))?.code;
    const valid = receptorProblems(receptor).length === 0 && isMail(field(body, 'correo'));
    if (!valid || paymentForm === undefined) {
      desk.refuse({ ticket: ticket.key, rfc }, 'invalid');
      return refuse(c, 422, messages.incomplete);
    }
    const issuance = await desk.submitOnce({ ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced') return alreadyInvoiced(c, ticket.key, rfc);
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.json(summary(issuance.invoice), 201);
  });

  app.get('/api/v2/facturas/:uuid/:type{xml|pdf}', async (c) => {
    const { uuid, type } = c.req.param();
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.json({ mensaje: 'La factura no existe.' }, 404);
    return type === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `${uuid}.xml`);
  });
}

const option = ({ code, name }: { code: string; name: string }) => ({
  clave: code,
  texto: `${code} - ${name}`,
});

const summary = ({ uuid, serie, folio, total }: Issued) => ({ uuid, serie, folio, total });
