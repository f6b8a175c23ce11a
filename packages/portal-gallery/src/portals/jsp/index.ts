import { Hono } from 'hono';
import type { Receptor } from '@cfdi-live/cfdi';
import type { OpenTicket } from '../../desk.ts';
import { isMail, isRfc, paymentForms, receptorProblems, regimesFor, usesFor } from '../../fiscal.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import {
  type PortalApp,
  type PortalContext,
  type PortalEnv,
  attachment,
  breakConnection,
  createSessions,
  field,
  serveAssets,
  serveFavicon,
} from '../../web.ts';
import {
  NOTHING_TYPED,
  NO_RECEPTOR,
  type TypedBoarding,
  boardingPage,
  donePage,
  fiscalPage,
  helpPage,
  homePage,
  reprintPage,
} from './pages.ts';
import { readTicket } from './ticket.ts';

const LAST_DAY_OF_NEXT_MONTH = 7;

/**
 * Sierra Dorada: a bus line's JSP pages of 2004. The picture of letters must be read before a ticket is looked up, and
 * is another one after each try; whatever is wrong is said by `alert()`. Careful: a ticket issues once.
 */
export const jsp: PortalDefinition = {
  id: 'jsp',
  name: 'Autobuses Sierra Dorada',
  emisor: { rfc: 'TSD510622KX7', name: 'TRANSPORTES SIERRA DORADA', regime: '624', postalCode: '25280' },
  serie: 'SD',
  concept: {
    description: 'TRANSPORTE TERRESTRE DE PASAJEROS',
    productKey: '78111802',
    unitKey: 'E54',
    unit: 'Viaje',
  },
  lastDay: (soldOn) => {
    const [year = 0, month = 0] = soldOn.split('-').map(Number);
    return new Date(Date.UTC(year, month, LAST_DAY_OF_NEXT_MONTH)).toISOString().slice(0, 10);
  },
  entry: {
    id: '01a2008d-8006-7f21-8c3e-5d2b90a7f106',
    ticketFields: [
      galleryField('folio', 'Folio del boleto', { letters: 'digits', length: 18, identity: true }),
      galleryField('extra.asiento', 'Asiento', { letters: 'digits', maxLength: 2, identity: true }),
    ],
    closes: { kind: 'day_of_next_month', day: LAST_DAY_OF_NEXT_MONTH },
    technology: 'JSP',
    confidence: 0.4,
  },
  createApp,
};

/** One browser session: what its picture says, and the ticket that was found in it. */
type Visit = {
  answer: string | null;
  serial: number;
  found: { readonly ticket: OpenTicket; readonly rfc: string } | null;
};

const messages = {
  not_found: 'No se encontró el boleto con la información capturada.',
  expired:
    'Solo se pueden facturar tickets del mes en curso y, hasta el día 7, los del mes anterior. Su boleto está fuera de plazo.',
  already_invoiced: 'El boleto ya fue facturado anteriormente.',
  portal_down: 'Servicio temporalmente inactivo. Intente más tarde.',
  not_yet: 'Su boleto aún no está disponible para facturar. Intente más tarde.',
} as const;

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  const sessions = createSessions<Visit>('JSESSIONID', () => ({ answer: null, serial: 1, found: null }));
  serveFavicon(app, 'S', '#7a0f1f');
  serveAssets(app, '/web', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.redirect('/facturacion/inicio.do'));
  app.get('/facturacion/inicio.do', (c) => c.html(homePage()));
  app.get('/facturacion/ayuda.do', (c) => c.html(helpPage()));
  addBoarding(app, deps, (c) => sessions.of(c).state);
  addInvoicing(app, deps, (c) => sessions.of(c).state);
  return app;
}

type VisitOf = (c: PortalContext) => Visit;

function addBoarding(app: PortalApp, { desk, captchas }: PortalDeps, visitOf: VisitOf): void {
  app.get('/facturacion/imagen.do', (c) => {
    const drawn = captchas.draw();
    visitOf(c).answer = drawn.answer;
    return c.body(new Uint8Array(drawn.png), 200, {
      'content-type': 'image/png',
      'cache-control': 'no-store',
    });
  });

  app.get('/facturacion/boleto.do', (c) => {
    const visit = visitOf(c);
    visit.found = null;
    return c.html(boardingPage(NOTHING_TYPED, (visit.serial += 1)));
  });

  app.post('/facturacion/boleto.do', async (c) => {
    const visit = visitOf(c);
    const body = await c.req.parseBody();
    const typed = typedBoarding(body);
    const solved = visit.answer !== null && field(body, 'codigo') === visit.answer;
    // A picture is good for one try.
    visit.answer = null;
    visit.found = null;
    const again = (message: string, status: 200 | 503 = 200) =>
      c.html(boardingPage(typed, (visit.serial += 1), message), status);
    if (!solved) return again('El código de la imagen es incorrecto. Intente de nuevo.');
    if (!isRfc(typed.rfc)) return again('El R.F.C. no tiene un formato válido.');
    const found = desk.lookUp(readTicket(typed));
    if (found.kind !== 'open') return again(messages[found.kind], found.kind === 'portal_down' ? 503 : 200);
    const { key } = found.ticket;
    const own = desk.invoicesOf(key, typed.rfc);
    if (own.length > 0) return c.html(donePage(own, messages.already_invoiced));
    if (desk.invoicesOf(key).length > 0) return again(messages.already_invoiced);
    visit.found = { ticket: found.ticket, rfc: typed.rfc };
    return c.html(fiscalPage(found.ticket, typed.rfc, listsFor(typed.rfc), NO_RECEPTOR));
  });

  app.get('/facturacion/reimpresion.do', (c) => c.html(reprintPage(NOTHING_TYPED)));
  app.post('/facturacion/reimpresion.do', async (c) => {
    const typed = typedBoarding(await c.req.parseBody());
    const found = desk.lookUp(readTicket(typed));
    const own = found.kind === 'open' ? desk.invoicesOf(found.ticket.key, typed.rfc) : [];
    return own.length > 0
      ? c.html(donePage(own, messages.already_invoiced))
      : c.html(reprintPage(typed, 'No hay facturas de ese boleto con ese R.F.C.'));
  });
}

function addInvoicing(app: PortalApp, { desk }: PortalDeps, visitOf: VisitOf): void {
  app.post('/facturacion/generar.do', async (c) => {
    const { found } = visitOf(c);
    if (found === null) return c.redirect('/facturacion/boleto.do');
    const { ticket, rfc } = found;
    const body = await c.req.parseBody();
    const typed = {
      name: field(body, 'nombre').toUpperCase(),
      postalCode: field(body, 'cp'),
      regime: field(body, 'regimen'),
      use: field(body, 'uso'),
      mail: field(body, 'correo'),
      payment: field(body, 'pago'),
    };
    const receptor: Receptor = { rfc, ...typed };
    const [problem] = receptorProblems(receptor);
    const paymentForm = paymentForms.find(({ code }) => code === typed.payment)?.code;
    const refusal =
      problem !== undefined
        ? refusals[problem.field]
        : !isMail(typed.mail)
          ? 'El correo electrónico no es válido.'
          : paymentForm === undefined
            ? 'Seleccione la forma de pago.'
            : null;
    if (refusal !== null || paymentForm === undefined) {
      desk.refuse({ ticket: ticket.key, rfc }, 'invalid');
      return c.html(fiscalPage(ticket, rfc, listsFor(rfc), typed, refusal ?? ''));
    }
    const issuance = await desk.submitOnce({ ticket, receptor, paymentForm });
    if (issuance.kind === 'already_invoiced') {
      const own = desk.invoicesOf(ticket.key, rfc);
      return own.length > 0
        ? c.html(donePage(own, messages.already_invoiced))
        : c.html(boardingPage(NOTHING_TYPED, 1, messages.already_invoiced));
    }
    if (issuance.connection !== 'answers') return breakConnection(c, issuance.connection);
    return c.html(donePage([issuance.invoice]));
  });

  app.get('/facturacion/archivo.do', async (c) => {
    const uuid = c.req.query('id') ?? '';
    const files = await desk.filesOf(uuid);
    if (files === undefined) return c.text('El documento no existe.', 404);
    return c.req.query('tipo') === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `SD_${uuid}.pdf`)
      : attachment(files.xml, 'text/xml', `SD_${uuid}.xml`);
  });
}

function typedBoarding(body: Readonly<Record<string, unknown>>): TypedBoarding {
  return {
    folio: field(body, 'folio'),
    seat: field(body, 'asiento'),
    rfc: field(body, 'rfc').toUpperCase(),
  };
}

/** Every use of the RFC's kind of person: the page does not ask which regime it was. */
function listsFor(rfc: string) {
  const regimes = regimesFor(rfc);
  const uses = new Map(regimes.flatMap(({ code }) => usesFor(rfc, code)).map((use) => [use.code, use]));
  return {
    regimes,
    uses: [...uses.values()].sort((a, b) => a.code.localeCompare(b.code)),
  };
}

const refusals: Readonly<Record<keyof Receptor, string>> = {
  rfc: 'El R.F.C. no tiene un formato válido.',
  name: 'Capture su nombre o razón social.',
  postalCode: 'El código postal debe tener 5 dígitos.',
  regime: 'El régimen fiscal no es válido.',
  use: 'El uso del CFDI no corresponde al régimen fiscal.',
};
