import type { Receptor } from '@cfdi-live/cfdi';
import { realDate } from '../../clock.ts';
import type { LookUp } from '../../desk.ts';
import { isMail, isRfc, receptorProblems, regimesFor, usesFor } from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import { ticketKey } from '../../sale.ts';
import { type PortalApp, breakConnection, field, jsonBody } from '../../web.ts';
import { type TypedTicket, readTicket } from './ticket.ts';

type Body = Readonly<Record<string, unknown>>;
type Problems = Record<string, string>;

const refusals = {
  not_found: 'Ticket no encontrado. Revisa los datos de tu ticket.',
  expired: 'Tu ticket está fuera de tiempo: cuentas con máximo 72 HORAS para facturar.',
  already_invoiced: 'Ticket ya se encuentra facturado.',
  portal_down: 'Servicio temporalmente inactivo. Intenta más tarde.',
} as const satisfies Record<Exclude<LookUp['kind'], 'open'>, string>;

/** What a till can have taken is not asked: restaurants invoice everything as paid by card. */
const PAYMENT_FORM = '04';

export function addApi(app: PortalApp, { desk }: PortalDeps): void {
  app.get('/api/regimenes', (c) => c.json(regimesFor(c.req.query('rfc') ?? '')));
  app.get('/api/usos', (c) => c.json(usesFor(c.req.query('rfc') ?? '', c.req.query('regimen') ?? '')));

  const encoded = async ({ uuid, serie, folio }: Issued) => {
    const files = await desk.filesOf(uuid);
    return {
      uuid,
      nombre: `${serie}${folio}`,
      xml: files?.xml.toString('base64') ?? '',
      pdf: files?.pdf.toString('base64') ?? '',
    };
  };

  app.post('/api/facturar', async (c) => {
    const body = await jsonBody(c);
    const receptor = receptorOf(body);
    const consents = ['terminos', 'promociones'].filter((box) => body[box] === true);
    const errores = { ...ticketProblems(body), ...fiscalProblems(body, receptor) };
    const typed = typedTicket(body);
    const refused = { ticket: describe(body), rfc: receptor.rfc, consents };
    if (typed === undefined || Object.keys(errores).length > 0) {
      desk.refuse(refused, 'invalid');
      return c.json({ mensaje: 'Revisa los campos marcados.', errores }, 422);
    }
    const found = desk.lookUp(readTicket(typed));
    if (found.kind !== 'open') {
      desk.refuse(refused, found.kind);
      return c.json({ mensaje: refusals[found.kind] }, found.kind === 'portal_down' ? 503 : 409);
    }
    const { ticket } = found;
    const issuance = await desk.submit({ ticket, receptor, paymentForm: PAYMENT_FORM, consents });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.json(await encoded(issuance.invoice));
  });

  app.post('/api/reimprimir', async (c) => {
    const body = await jsonBody(c);
    const rfc = field(body, 'rfc').toUpperCase();
    const errores = { ...ticketProblems(body), ...(isRfc(rfc) ? {} : { rfc: 'El RFC no es válido.' }) };
    const typed = typedTicket(body);
    if (typed === undefined || Object.keys(errores).length > 0) {
      return c.json({ mensaje: 'Revisa los campos marcados.', errores }, 422);
    }
    const sale = readTicket(typed);
    const invoices = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), rfc);
    if (invoices.length === 0) return c.json({ mensaje: 'No encontramos facturas con estos datos.' }, 404);
    return c.json({ facturas: await Promise.all(invoices.map(encoded)) });
  });
}

const receptorOf = (body: Body): Receptor => ({
  rfc: field(body, 'rfc').toUpperCase(),
  name: field(body, 'nombre').toUpperCase(),
  postalCode: field(body, 'cp'),
  regime: field(body, 'regimen'),
  use: field(body, 'uso'),
});

function typedTicket(body: Body): TypedTicket | undefined {
  const date = realDate(field(body, 'fecha'));
  const total = parseTotal(field(body, 'total'));
  if (date === undefined || total === undefined) return undefined;
  return {
    restaurant: field(body, 'restaurante'),
    register: field(body, 'caja'),
    number: field(body, 'ticket'),
    date,
    total,
  };
}

/** This shop takes a plain number only. */
const parseTotal = (typed: string) => (/[$,]/.test(typed) ? undefined : parsePesos(typed));

function ticketProblems(body: Body): Problems {
  const problems: Problems = {};
  if (!/^\d{1,4}$/.test(field(body, 'restaurante'))) problems['restaurante'] = 'Captura los 4 dígitos.';
  if (!/^\d{1,6}$/.test(field(body, 'ticket'))) problems['ticket'] = 'Captura el número de ticket.';
  if (!/^\d{1,2}$/.test(field(body, 'caja'))) problems['caja'] = 'Captura el número de caja.';
  if (realDate(field(body, 'fecha')) === undefined) problems['fecha'] = 'Selecciona la fecha de tu consumo.';
  if (parseTotal(field(body, 'total')) === undefined)
    problems['total'] = 'Sólo números y punto decimal, sin comas.';
  return problems;
}

const receptorMessages: Readonly<Record<keyof Receptor, readonly [string, string]>> = {
  rfc: ['rfc', 'El RFC no es válido.'],
  name: ['nombre', 'Captura tu nombre o razón social.'],
  postalCode: ['cp', 'El código postal debe tener 5 dígitos.'],
  regime: ['regimen', 'Selecciona tu régimen fiscal.'],
  use: ['uso', 'Selecciona el uso de tu factura.'],
};

function fiscalProblems(body: Body, receptor: Receptor): Problems {
  const problems: Problems = Object.fromEntries(
    receptorProblems(receptor).map(({ field }) => receptorMessages[field]),
  );
  const mail = field(body, 'correo');
  if (!isMail(mail)) problems['correo'] = 'El correo no es válido.';
  else if (field(body, 'correo2') !== mail) problems['correo2'] = 'Los correos no coinciden.';
  if (body['terminos'] !== true) problems['terminos'] = 'Debes aceptar los términos y condiciones.';
  return problems;
}

/** The ledger's key of a submit: the sale's where the typed values make one, else the values themselves. */
function describe(body: Body): string {
  const typed = typedTicket(body);
  const sale = typed === undefined ? undefined : readTicket(typed);
  if (sale !== undefined) return ticketKey(sale);
  return ['restaurante', 'caja', 'ticket', 'fecha'].map((name) => field(body, name)).join('-');
}
