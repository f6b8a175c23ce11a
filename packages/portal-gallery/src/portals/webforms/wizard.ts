import { captchaAnswer, captchaImage } from '../../captcha.ts';
import { toDayMonthYear } from '../../clock.ts';
import type { OpenTicket } from '../../desk.ts';
import {
  type CatalogueEntry,
  isMail,
  isPostalCode,
  isRfc,
  paymentForms,
  receptorProblems,
  regimesFor,
  usesFor,
} from '../../fiscal.ts';
import type { Issued } from '../../ledger.ts';
import { formatPesos } from '../../money.ts';
import type { PortalDeps } from '../../portal.ts';
import { type PortalApp, type PortalContext, createSessions, breakConnection, field } from '../../web.ts';
import { type Html, controlName, masterPage } from './layout.ts';
import { maintenancePage, viewStateErrorPage } from './error-pages.ts';
import {
  type Feedback,
  type ReceptorForm,
  type TicketForm,
  confirmationPage,
  noFeedback,
  receptorPage,
  ticketPage,
} from './pages.ts';
import { resultPage } from './result-pages.ts';
import { readTicket } from './ticket.ts';
import { createViewState } from './view-state.ts';

/** What ASP.NET's Session holds of one visitor on his way through the wizard. */
type Visit = {
  captcha?: string;
  started?: { readonly ticket: OpenTicket; readonly rfc: string; readonly postalCode: string };
  receptor?: ReceptorForm;
  invoice?: Issued;
};

/** The page's own state: the lists it last showed, which give the posted option ids their meaning. */
type PageState = { readonly regime: string };

const emptyTicket: TicketForm = { rfc: '', postalCode: '', tc: '', tr: '' };
const emptyReceptor: ReceptorForm = { name: '', mail: '', regime: '', use: '' };

export function addWizard(app: PortalApp, { desk }: PortalDeps): void {
  const sessions = createSessions<Visit>('ASP.NET_SessionId', () => ({}));
  const viewState = createViewState<PageState>();

  const show = (c: PortalContext, title: string, action: string, content: Html, regime = '') =>
    c.html(masterPage({ title, action, viewState: viewState.seal(action, { regime }), content }));

  /** The post-back of a page, or undefined where its view state is not ours. */
  const postBack = async (c: PortalContext, action: string) => {
    const body = await c.req.parseBody();
    const state = viewState.open(action, field(body, '__VIEWSTATE'));
    if (state === undefined) return undefined;
    const target = field(body, '__EVENTTARGET');
    return {
      state,
      text: (control: string) => field(body, controlName(control)),
      /** The control that caused it: a pressed submit button posts its own name, all others go by the event target. */
      by: (control: string) => target === controlName(control) || controlName(control) in body,
    };
  };

  const showTicket = (c: PortalContext, form: TicketForm, feedback: Feedback, notice = false) => {
    const captcha = sessions.of(c).state.captcha !== undefined;
    return show(c, 'Facturación', 'Default.aspx', ticketPage(form, feedback, { notice, captcha }));
  };

  app.get('/Default.aspx', (c) => {
    delete sessions.of(c).state.captcha;
    return showTicket(c, emptyTicket, noFeedback, true);
  });

  app.get('/CaptchaImage.aspx', (c) => {
    const { captcha } = sessions.of(c).state;
    if (captcha === undefined) return c.notFound();
    return c.body(captchaImage(captcha), 200, {
      'content-type': 'image/svg+xml',
      'cache-control': 'no-store',
    });
  });

  app.post('/Default.aspx', async (c) => {
    const post = await postBack(c, 'Default.aspx');
    if (post === undefined) return c.html(viewStateErrorPage, 500);
    if (post.by('btnLimpiar')) return c.redirect('/Default.aspx');
    const form: TicketForm = {
      rfc: post.text('txtMemRFC').toUpperCase(),
      postalCode: post.text('txtCP'),
      tc: post.text('txtTC'),
      tr: post.text('txtTR'),
    };
    const problems = ticketProblems(form);
    if (problems.length > 0) return showTicket(c, form, { problems });
    const found = desk.lookUp(readTicket(form));
    if (found.kind === 'portal_down') return c.html(maintenancePage, 503);
    if (found.kind !== 'open') return showTicket(c, form, { problems, message: refusals[found.kind] });
    const { state: visit } = sessions.of(c);
    const answer = captchaAnswer(found.ticket.key);
    if (found.needsCaptcha && post.text('txtCaptcha').toUpperCase() !== answer) {
      const message = visit.captcha === undefined ? askCaptcha : wrongCaptcha;
      visit.captcha = answer;
      return showTicket(c, form, { problems, message });
    }
    visit.started = { ticket: found.ticket, rfc: form.rfc, postalCode: form.postalCode };
    delete visit.receptor;
    return c.redirect('/DatosReceptor.aspx');
  });

  const showReceptor = (c: PortalContext, form: ReceptorForm, feedback: Feedback) => {
    const { started } = sessions.of(c).state;
    if (started === undefined) return c.redirect('/Default.aspx');
    const { rfc } = started;
    const lists = { regimes: regimesFor(rfc), uses: usesFor(rfc, form.regime) };
    const content = receptorPage(started, form, lists, feedback);
    return show(c, 'Datos del receptor', 'DatosReceptor.aspx', content, form.regime);
  };

  app.get('/DatosReceptor.aspx', (c) =>
    showReceptor(c, sessions.of(c).state.receptor ?? emptyReceptor, noFeedback),
  );

  app.post('/DatosReceptor.aspx', async (c) => {
    const post = await postBack(c, 'DatosReceptor.aspx');
    if (post === undefined) return c.html(viewStateErrorPage, 500);
    const { state: visit } = sessions.of(c);
    if (visit.started === undefined || post.by('btnRegresar')) return c.redirect('/Default.aspx');
    const { rfc, postalCode } = visit.started;
    const regime = chosen(regimesFor(rfc), post.text('ddlRegimenFiscal'));
    const form: ReceptorForm = {
      name: post.text('txtRazonSocial').toUpperCase(),
      mail: post.text('txtEmail'),
      regime,
      // Uses are ids of the list that the page showed; for another regime they mean nothing.
      use: regime === post.state.regime ? chosen(usesFor(rfc, regime), post.text('ddlUsoCFDI')) : '',
    };
    if (!post.by('btnSiguiente')) return showReceptor(c, form, noFeedback);
    const problems = [
      ...receptorProblems({ rfc, postalCode, ...form }).map(({ field }) => receptorMessages[field]),
      ...(isMail(form.mail) ? [] : ['El correo electrónico no es válido.']),
    ];
    if (problems.length > 0) return showReceptor(c, form, { problems });
    visit.receptor = form;
    return c.redirect('/Confirmacion.aspx');
  });

  const showConfirmation = (c: PortalContext, feedback: Feedback) => {
    const { started, receptor } = sessions.of(c).state;
    if (started === undefined || receptor === undefined) return c.redirect('/Default.aspx');
    const content = confirmationPage(summaryOf(started, receptor), '', feedback);
    return show(c, 'Confirmación', 'Confirmacion.aspx', content);
  };

  app.get('/Confirmacion.aspx', (c) => showConfirmation(c, noFeedback));

  app.post('/Confirmacion.aspx', async (c) => {
    const post = await postBack(c, 'Confirmacion.aspx');
    if (post === undefined) return c.html(viewStateErrorPage, 500);
    const { state: visit } = sessions.of(c);
    const { started, receptor } = visit;
    if (started === undefined || receptor === undefined) return c.redirect('/Default.aspx');
    if (post.by('btnRegresar')) return c.redirect('/DatosReceptor.aspx');
    const { ticket, rfc, postalCode } = started;
    const paymentForm = chosen(paymentForms, post.text('ddlFormaPago'));
    if (paymentForm === '') {
      desk.refuse({ ticket: ticket.key, rfc }, 'invalid');
      return showConfirmation(c, { problems: ['Seleccione la forma de pago.'] });
    }
    const { name, regime, use } = receptor;
    const issuance = await desk.submit({
      ticket,
      receptor: { rfc, name, postalCode, regime, use },
      paymentForm,
    });
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    visit.invoice = issuance.invoice;
    return c.redirect('/Factura.aspx');
  });

  app.get('/Factura.aspx', (c) => {
    const { invoice, receptor } = sessions.of(c).state;
    if (invoice === undefined) return c.redirect('/Default.aspx');
    return show(c, 'Factura generada', 'Factura.aspx', resultPage(invoice, receptor?.mail ?? ''));
  });
}

const refusals = {
  not_found: 'Ticket no encontrado. Verifique los números TC# y TR# de su ticket.',
  expired: 'El ticket capturado excede los 30 días naturales para solicitar su factura.',
  already_invoiced: 'El ticket capturado ya fue facturado.',
} as const;

const askCaptcha = 'Por seguridad, capture los caracteres que aparecen en la imagen.';
const wrongCaptcha = 'Los caracteres capturados no coinciden con la imagen.';

const receptorMessages = {
  rfc: 'El RFC no tiene un formato válido.',
  name: 'Capture su nombre o razón social.',
  postalCode: 'El código postal debe contener 5 dígitos.',
  regime: 'Seleccione el régimen fiscal.',
  use: 'Seleccione el uso del CFDI.',
} as const;

function ticketProblems(form: TicketForm): string[] {
  return [
    ...(form.rfc === '' ? ['El RFC es obligatorio.'] : isRfc(form.rfc) ? [] : [receptorMessages.rfc]),
    ...(isPostalCode(form.postalCode) ? [] : [receptorMessages.postalCode]),
    ...(/^\d{20}$/.test(form.tc) ? [] : ['El TC# debe contener 20 dígitos.']),
    ...(/^\d{5}$/.test(form.tr) ? [] : ['El TR# debe contener 5 dígitos.']),
  ];
}

/** The code behind a posted option id; `''` for none. */
function chosen(entries: readonly { readonly code: string }[], id: string): string {
  return entries[Number(id) - 1]?.code ?? '';
}

const nameOf = (entries: readonly CatalogueEntry[], code: string): string =>
  `${code} - ${entries.find((entry) => entry.code === code)?.name ?? ''}`;

function summaryOf(started: NonNullable<Visit['started']>, receptor: ReceptorForm): Record<string, string> {
  const { rfc, postalCode } = started;
  const { sale, totalCents } = started.ticket;
  return {
    'Fecha de compra': toDayMonthYear(sale.soldOn),
    Sucursal: sale.branch,
    'Total del ticket': `$ ${formatPesos(totalCents)}`,
    RFC: rfc,
    'Nombre o Razón Social': receptor.name,
    'Código Postal': postalCode,
    'Régimen Fiscal': nameOf(regimesFor(rfc), receptor.regime),
    'Uso del CFDI': nameOf(usesFor(rfc, receptor.regime), receptor.use),
    'Correo electrónico': receptor.mail,
  };
}
