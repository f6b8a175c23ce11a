import type { PortalDeps } from '../../portal.ts';
import { isRfc } from '../../fiscal.ts';
import { ticketKey } from '../../sale.ts';
import { type PortalApp, field } from '../../web.ts';
import { controlName, masterPage } from './layout.ts';
import { noFeedback } from './pages.ts';
import { type QueryForm, queryPage } from './result-pages.ts';
import { readTicket } from './ticket.ts';
import { createViewState } from './view-state.ts';

const PAGE = 'Consultar.aspx';

/** "Consultar / reimprimir factura": a ticket's values and an RFC bring every invoice of that ticket for that RFC. */
export function addQuery(app: PortalApp, { desk }: PortalDeps): void {
  const viewState = createViewState<{ readonly asked: boolean }>();
  const page = (asked: boolean, content: ReturnType<typeof queryPage>) =>
    masterPage({
      title: 'Consultar factura',
      action: PAGE,
      viewState: viewState.seal(PAGE, { asked }),
      content,
    });

  app.get(`/${PAGE}`, (c) => c.html(page(false, queryPage({ tc: '', tr: '', rfc: '' }, [], noFeedback))));

  app.post(`/${PAGE}`, async (c) => {
    const body = await c.req.parseBody();
    if (viewState.open(PAGE, field(body, '__VIEWSTATE')) === undefined) return c.redirect(`/${PAGE}`);
    const form: QueryForm = {
      tc: field(body, controlName('txtTC')),
      tr: field(body, controlName('txtTR')),
      rfc: field(body, controlName('txtRFC')).toUpperCase(),
    };
    const problems = queryProblems(form);
    if (problems.length > 0) return c.html(page(true, queryPage(form, [], { problems })));
    const sale = readTicket(form);
    const invoices = sale === undefined ? [] : desk.invoicesOf(ticketKey(sale), form.rfc);
    const message = 'No existen facturas generadas con los datos capturados.';
    const feedback = invoices.length === 0 ? { problems, message } : noFeedback;
    return c.html(page(true, queryPage(form, invoices, feedback)));
  });
}

function queryProblems(form: QueryForm): string[] {
  return [
    ...(/^\d{20}$/.test(form.tc) ? [] : ['El TC# debe contener 20 dígitos.']),
    ...(/^\d{5}$/.test(form.tr) ? [] : ['El TR# debe contener 5 dígitos.']),
    ...(isRfc(form.rfc) ? [] : ['El RFC no tiene un formato válido.']),
  ];
}
