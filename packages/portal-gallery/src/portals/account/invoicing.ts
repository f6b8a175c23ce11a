import type { Receptor } from '@cfdi-live/cfdi';
import { fromDayMonthYear, toDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import { isMail, paymentForms, receptorProblems, regimesFor, usesFor } from '../../fiscal.ts';
import { formatPesos, parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import {
  type PortalApp,
  type PortalContext,
  type Sessions,
  attachment,
  breakConnection,
  field,
} from '../../web.ts';
import type { Visit as LoginVisit } from './login.ts';
import type { Member } from './members.ts';
import { cartPage, donePage, fiscalPage, historyPage, summaryPage } from './pages.ts';
import { readTicket } from './ticket.ts';

/** What the shop remembers of a browser: who is in, and what lies in his cart. */
export type Visit = LoginVisit & { cart?: readonly OpenTicket[] };

const messages = {
  incomplete: 'Captura la nota de venta, la fecha (dd/mm/aaaa) y el importe total.',
  not_found: 'No se encontró la nota de venta. Verifica los datos capturados.',
  expired: 'La nota de venta está fuera de plazo: sólo se facturan compras de los últimos 45 días.',
  already_invoiced: 'La nota de venta ya fue facturada.',
  own: 'La nota de venta ya fue facturada. Puedes descargar tu factura en la sección Mis facturas.',
  twice: 'La nota de venta ya está en tu carrito.',
  portal_down: 'El servicio se encuentra temporalmente inactivo. Intenta más tarde.',
} as const;

/** The pages of who is signed in: the cart of sales notes, the fiscal data, and the history. */
export function addInvoicing(app: PortalApp, { desk }: PortalDeps, sessions: Sessions<Visit>): void {
  /** A page for members only: everybody else is sent to the login. */
  const forMembers = (
    method: 'get' | 'post',
    path: string,
    answer: (c: PortalContext, member: Member, visit: Visit) => Response | Promise<Response>,
  ): void =>
    void app.on(method, path, (c) => {
      const { state } = sessions.of(c);
      return state.member === undefined ? c.redirect('/entrar') : answer(c, state.member, state);
    });

  forMembers('get', '/mi-cuenta', (c, { userName }) => c.html(summaryPage(userName)));

  forMembers('get', '/facturacion', (c, { userName }, { cart = [] }) => c.html(cartPage(userName, cart, '')));

  forMembers('post', '/facturacion/agregar', async (c, { userName }, visit) => {
    const body = await c.req.parseBody();
    const cart = visit.cart ?? [];
    const say = (problem: string, status: 200 | 503 = 200) =>
      c.html(cartPage(userName, cart, problem), status);
    const date = fromDayMonthYear(field(body, 'fecha'));
    const total = parsePesos(field(body, 'importe'));
    if (date === undefined || total === undefined) return say(messages.incomplete);
    const found = desk.lookUp(readTicket({ note: field(body, 'nota'), date, total }));
    if (found.kind !== 'open') return say(messages[found.kind], found.kind === 'portal_down' ? 503 : 200);
    const { ticket } = found;
    if (cart.some(({ key }) => key === ticket.key)) return say(messages.twice);
    if (desk.invoicesOf(ticket.key).length > 0) {
      const own = desk.invoicesOfAccount(userName).some((invoice) => invoice.ticket === ticket.key);
      return say(own ? messages.own : messages.already_invoiced);
    }
    visit.cart = [...cart, ticket];
    return c.redirect('/facturacion');
  });

  forMembers('post', '/facturacion/quitar', async (c, _member, visit) => {
    const key = field(await c.req.parseBody(), 'nota');
    visit.cart = (visit.cart ?? []).filter((ticket) => ticket.key !== key);
    return c.redirect('/facturacion');
  });

  forMembers('get', '/facturacion/datos', (c, { userName }, { cart = [] }) =>
    cart.length === 0 ? c.redirect('/facturacion') : c.html(fiscalPage(userName, cart, [])),
  );

  // What the page asks for to fill its lists.
  app.get('/facturacion/regimenes', (c) => c.json(regimesFor((c.req.query('rfc') ?? '').toUpperCase())));
  app.get('/facturacion/usos', (c) =>
    c.json(usesFor((c.req.query('rfc') ?? '').toUpperCase(), c.req.query('regimen') ?? '')),
  );

  forMembers('post', '/facturacion/generar', async (c, { userName }, visit) => {
    // One note makes one invoice; those behind it wait in the cart.
    const [ticket, ...others] = visit.cart ?? [];
    if (ticket === undefined) return c.redirect('/facturacion');
    const body = await c.req.parseBody();
    const receptor: Receptor = {
      rfc: field(body, 'rfc').toUpperCase(),
      name: field(body, 'razon').toUpperCase(),
      postalCode: field(body, 'cp'),
      regime: field(body, 'regimen'),
      use: field(body, 'uso'),
    };
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'pago'))?.code;
    const problems = [
      ...receptorProblems(receptor).map((problem) => receptorMessages[problem.field]),
      ...(isMail(field(body, 'correo')) ? [] : ['El correo electrónico no es válido.']),
      ...(paymentForm === undefined ? ['Selecciona la forma de pago.'] : []),
    ];
    if (paymentForm === undefined || problems.length > 0) {
      desk.refuse({ ticket: ticket.key, rfc: receptor.rfc }, 'invalid');
      return c.html(fiscalPage(userName, [ticket, ...others], problems));
    }
    const issuance = await desk.submitOnce({ ticket, receptor, paymentForm, account: userName });
    visit.cart = others;
    if (issuance.kind === 'already_invoiced')
      return c.html(cartPage(userName, others, messages.already_invoiced));
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.html(donePage(userName, issuance.invoice));
  });

  forMembers('get', '/mis-facturas', (c, { userName }) => {
    const rows = desk.invoicesOfAccount(userName).toReversed();
    return c.html(historyPage(userName, rows.map(toRow)));
  });

  forMembers('get', '/mis-facturas/:uuid/:type{xml|pdf}', async (c, { userName }) => {
    const { uuid = '', type } = c.req.param();
    const own = desk.invoicesOfAccount(userName).some((invoice) => invoice.uuid === uuid);
    const files = own ? await desk.filesOf(uuid) : undefined;
    if (files === undefined) return c.text('No encontrado', 404);
    return type === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `Factura-${uuid}.pdf`)
      : attachment(files.xml, 'application/xml', `Factura-${uuid}.xml`);
  });

  function toRow({ uuid, serie, folio, rfc, total, ticket, at }: ReturnType<typeof desk.invoicesOf>[number]) {
    const [branch = '', terminal = '', number = ''] = ticket.split('-');
    return {
      uuid,
      folio: `${serie}-${folio}`,
      rfc,
      date: toDayMonthYear(at.slice(0, 10)),
      note: `${branch}-${terminal}-${number}`,
      total: `$${formatPesos(Math.round(total * 100))}`,
    };
  }
}

const receptorMessages: Readonly<Record<keyof Receptor, string>> = {
  rfc: 'El RFC no tiene un formato válido.',
  name: 'Escribe tu nombre o razón social.',
  postalCode: 'El código postal debe tener 5 dígitos.',
  regime: 'Selecciona tu régimen fiscal.',
  use: 'Selecciona el uso del CFDI.',
};
