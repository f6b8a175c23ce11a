import type { Receptor } from '@cfdi-live/cfdi';
import { zipSync } from 'fflate';
import { fromDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import { isMail, isRfc, paymentForms, receptorProblems, regimesFor, usesFor } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { formatPesos, parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import {
  type PortalApp,
  type PortalContext,
  attachment,
  createSessions,
  breakConnection,
  field,
} from '../../web.ts';
import { createClientBook } from './clients.ts';
import { readTicket } from './ticket.ts';

type Visit = { validated?: { readonly ticket: OpenTicket; readonly rfc: string } };

const refusals = {
  not_found: 'No se encontró el consumo. Verifica folio, fecha y total de tu ticket.',
  expired: 'Solo se pueden facturar tickets del mes en curso y hasta el día 7 del mes siguiente.',
} as const;
const ALREADY_INVOICED = 'El consumo ya fue facturado.';
const DOWN = 'Servicio temporalmente inactivo. Intenta más tarde.';

/** The wizard's AJAX calls: form fields in, `{ estatus: 'ok' | 'error' | 'facturado', … }` out. */
export function addActions(app: PortalApp, { desk }: PortalDeps): void {
  const sessions = createSessions<Visit>('PHPSESSID', () => ({}));
  const clients = createClientBook();

  const error = (c: PortalContext, mensaje: string) => c.json({ estatus: 'error', mensaje });

  const alreadyInvoiced = (c: PortalContext, own: readonly Issued[]) =>
    c.json({ estatus: 'facturado', mensaje: ALREADY_INVOICED, archivos: own.map(zipLink) });

  app.post('/facturacion/validar-ticket', async (c) => {
    const body = await c.req.parseBody();
    const rfc = field(body, 'rfc').toUpperCase();
    const date = fromDayMonthYear(field(body, 'fecha'));
    const total = parsePesos(field(body, 'total'));
    if (!isRfc(rfc)) return error(c, 'El RFC capturado no es válido.');
    if (date === undefined) return error(c, 'La fecha debe tener el formato dd/mm/aaaa.');
    if (total === undefined) return error(c, 'El total capturado no es válido.');
    const found = desk.lookUp(readTicket({ folio: field(body, 'folio'), date, total }));
    if (found.kind === 'portal_down') return c.json({ estatus: 'error', mensaje: DOWN }, 503);
    if (found.kind === 'already_invoiced') return alreadyInvoiced(c, []);
    if (found.kind !== 'open') return error(c, refusals[found.kind]);
    const { ticket } = found;
    if (desk.invoicesOf(ticket.key).length > 0) return alreadyInvoiced(c, desk.invoicesOf(ticket.key, rfc));
    sessions.of(c).state.validated = { ticket, rfc };
    return c.json({
      estatus: 'ok',
      ticket: { sucursal: ticket.sale.branch, total: formatPesos(ticket.totalCents) },
      regimenes: regimesFor(rfc),
      cliente: clients.get(rfc),
    });
  });

  app.post('/facturacion/usos', async (c) => {
    const body = await c.req.parseBody();
    return c.json(usesFor(field(body, 'rfc').toUpperCase(), field(body, 'regimen')));
  });

  app.post('/facturacion/generar', async (c) => {
    const { validated } = sessions.of(c).state;
    if (validated === undefined)
      return error(c, 'La sesión expiró. Vuelve a capturar los datos de tu ticket.');
    const { ticket, rfc } = validated;
    const body = await c.req.parseBody();
    const receptor: Receptor = {
      rfc,
      name: field(body, 'nombre').toUpperCase(),
      postalCode: field(body, 'cp'),
      regime: field(body, 'regimen'),
      use: field(body, 'uso'),
    };
    const mail = field(body, 'correo');
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'forma_pago'))?.code;
    if (receptorProblems(receptor).length > 0 || !isMail(mail) || paymentForm === undefined) {
      desk.refuse({ ticket: ticket.key, rfc }, 'invalid');
      return error(c, 'Los datos fiscales capturados están incompletos o no son válidos.');
    }
    const issuance = await desk.submitOnce({ ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced') return alreadyInvoiced(c, desk.invoicesOf(ticket.key, rfc));
    const { rfc: _, ...remembered } = receptor;
    clients.remember(rfc, { ...remembered, mail });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.json({ estatus: 'ok', folioFiscal: issuance.invoice.uuid, archivo: zipLink(issuance.invoice) });
  });

  app.get('/facturacion/descargar/:file{.+\\.zip}', async (c) => {
    const uuid = c.req.param('file').slice(0, -'.zip'.length);
    const invoice = desk.invoiceOf(uuid);
    const files = await desk.filesOf(uuid);
    if (invoice === undefined || files === undefined) return c.text('Archivo no encontrado', 404);
    const name = `${invoice.serie}${invoice.folio}`;
    const zip = zipSync({ [`${name}.xml`]: files.xml, [`${name}.pdf`]: files.pdf });
    return attachment(Buffer.from(zip), 'application/zip', `Factura_${name}.zip`);
  });
}

const zipLink = ({ uuid, serie, folio }: Issued) => ({
  nombre: `Factura_${serie}${folio}.zip`,
  liga: `/facturacion/descargar/${uuid}.zip`,
});
