import { fromDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import { isRfc, paymentForms } from '../../fiscal.ts';
import { parsePesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import { readReceptor, receptorComplaints } from '../../receptor-form.ts';
import { ticketKey } from '../../sale.ts';
import {
  type PortalApp,
  type PortalContext,
  attachment,
  breakConnection,
  createSessions,
  field,
} from '../../web.ts';
import { createViewState } from '../webforms/view-state.ts';
import {
  type Html,
  emptyPanel,
  growl,
  helpPanel,
  receptorPanel,
  resultPanel,
  template,
  ticketPanel,
} from './pages.ts';
import { readTicket } from './ticket.ts';
import { html } from 'hono/html';

/** The backing bean of one visitor. */
type Bean = { ticket?: OpenTicket };

const refusals = {
  not_found: 'Ticket no encontrado, verifique sus datos.',
  expired: 'El ticket excede los 15 días permitidos para facturar.',
  already_invoiced: 'El ticket ya fue facturado.',
  own: 'El ticket ya fue facturado. Consulte su factura en Reimpresión de facturas.',
  portal_down: 'Servicio temporalmente inactivo.',
} as const;

const names = {
  rfc: 'frm:rfc',
  name: 'frm:razon',
  postalCode: 'frm:cp',
  regime: 'frm:regimen',
  use: 'frm:uso',
  mail: 'frm:correo',
} as const;

const INVOICE = '/facturacion/index.xhtml';
const REPRINT = '/facturacion/reimpresion.xhtml';

export function addViews(app: PortalApp, { desk }: PortalDeps): void {
  const sessions = createSessions<Bean>('JSESSIONID', () => ({}));
  const viewState = createViewState<{ readonly view: string }>();
  const show = (c: PortalContext, path: string, content: Html) => {
    sessions.of(c);
    return c.html(template('Facturación El Búho', viewState.seal(path, { view: path }), content));
  };

  app.get(INVOICE, (c) => {
    delete sessions.of(c).state.ticket;
    const panels = html`${ticketPanel('Validar Ticket', false)}${emptyPanel('pnlReceptor')}${emptyPanel('pnlResultado')}`;
    return show(c, INVOICE, panels);
  });
  app.get(REPRINT, (c) =>
    show(c, REPRINT, html`${ticketPanel('Consultar', true)}${emptyPanel('pnlResultado')}`),
  );
  app.get('/facturacion/ayuda.xhtml', (c) => show(c, '/facturacion/ayuda.xhtml', helpPanel));

  app.post(INVOICE, async (c) => {
    const body = await c.req.parseBody();
    if (viewState.open(INVOICE, field(body, 'javax.faces.ViewState')) === undefined) return expired(c);
    const { state: bean } = sessions.of(c);
    const source = field(body, 'javax.faces.source');
    if (source === 'frm:j_idt38') return validate(c, bean, body);
    if (bean.ticket === undefined) return partial(c, { growl: growl('La sesión expiró, valide su ticket.') });
    if (source === 'frm:rfc') {
      const rfc = field(body, names.rfc).toUpperCase();
      const problem = isRfc(rfc) ? null : growl('El RFC capturado no es válido.');
      const panel = receptorPanel(bean.ticket.totalCents, problem === null ? rfc : '');
      return partial(c, { growl: problem ?? html``, pnlReceptor: panel });
    }
    return issue(c, bean.ticket, body);
  });

  app.post(REPRINT, async (c) => {
    const body = await c.req.parseBody();
    if (viewState.open(REPRINT, field(body, 'javax.faces.ViewState')) === undefined) return expired(c);
    const sale = saleIn(body);
    const rfc = field(body, names.rfc).toUpperCase();
    const invoices = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), rfc);
    return invoices.length === 0
      ? partial(c, { growl: growl('No existen facturas con los datos capturados.'), pnlResultado: html`` })
      : partial(c, { growl: html``, pnlResultado: resultPanel(invoices, 'Facturas encontradas') });
  });

  app.post('/facturacion/archivo', async (c) => {
    const body = await c.req.parseBody();
    const type = 'xml' in body ? 'xml' : 'pdf';
    const files = await desk.filesOf(field(body, type));
    if (files === undefined) return c.text('Archivo no disponible', 404);
    return type === 'xml'
      ? attachment(files.xml, 'text/xml', `${field(body, 'xml')}.xml`)
      : attachment(files.pdf, 'application/pdf', `${field(body, 'pdf')}.pdf`);
  });

  async function validate(c: PortalContext, bean: Bean, body: Body): Promise<Response> {
    const found = desk.lookUp(saleIn(body));
    const say = (text: string) => partial(c, { growl: growl(text), pnlReceptor: html`` });
    if (found.kind === 'portal_down') return c.text(refusals.portal_down, 503);
    if (found.kind !== 'open') return say(refusals[found.kind]);
    if (desk.invoicesOf(found.ticket.key).length > 0) return say(refusals.own);
    bean.ticket = found.ticket;
    return partial(c, { growl: html``, pnlReceptor: receptorPanel(found.ticket.totalCents, '') });
  }

  async function issue(c: PortalContext, ticket: OpenTicket, body: Body): Promise<Response> {
    const receptor = readReceptor(body, names);
    const paymentForm = paymentForms.find(({ code }) => code === field(body, 'frm:pago'))?.code;
    const complaints = [
      ...receptorComplaints(body, names),
      ...(paymentForm === undefined ? ['Seleccione la forma de pago.'] : []),
    ];
    if (paymentForm === undefined || complaints.length > 0) {
      desk.refuse({ ticket: ticket.key, rfc: receptor.rfc }, 'invalid');
      return partial(c, { growl: growl(complaints.join(' ')) });
    }
    const issuance = await desk.submitOnce({ ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced') return partial(c, { growl: growl(refusals.already_invoiced) });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return partial(c, {
      growl: html``,
      pnlTicket: html``,
      pnlReceptor: html``,
      pnlResultado: resultPanel([issuance.invoice], 'Su factura ha sido generada'),
    });
  }
}

type Body = Readonly<Record<string, unknown>>;

function saleIn(body: Body) {
  const date = fromDayMonthYear(field(body, 'frm:cal_input'));
  const total = parsePesos(field(body, 'frm:total'));
  if (date === undefined || total === undefined) return undefined;
  return readTicket({ date, total, folio: field(body, 'frm:folio'), saleId: field(body, 'frm:idv') });
}

/** A JSF partial response: the parts of the page that are to be put in place of the old ones. */
async function partial(c: PortalContext, parts: Readonly<Record<string, Html>>): Promise<Response> {
  const rendered = Object.entries(parts).map(async ([id, content]) => {
    const shown = String(await content);
    const whole = shown.includes(`id="frm:${id}"`)
      ? shown
      : `<div id="frm:${id}" aria-live="polite">${shown}</div>`;
    return `<update id="frm:${id}"><![CDATA[${whole}]]></update>`;
  });
  const updates = await Promise.all(rendered);
  return c.body(
    `<?xml version='1.0' encoding='UTF-8'?>\n<partial-response><changes>${updates.join('')}</changes></partial-response>`,
    200,
    { 'content-type': 'text/xml; charset=utf-8' },
  );
}

function expired(c: PortalContext): Response {
  return c.text('javax.faces.application.ViewExpiredException: View could not be restored.', 500);
}
