import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, attachment, serveAssets, serveFavicon } from '../../web.ts';
import { masterPage } from './layout.ts';
import { addQuery } from './query.ts';
import { staticPages } from './static-pages.ts';
import { addWizard } from './wizard.ts';

const WINDOW_DAYS = 30;

/**
 * Almacenes Candelaria: an ASP.NET WebForms wizard of 2009 (full post-backs, view state, pop-ups). Careless: neither
 * the look-up nor the last page knows what was invoiced, so a second submit issues a second CFDI; only its
 * "Consultar / reimprimir factura" page shows the invoices of a ticket.
 */
export const webforms: PortalDefinition = {
  id: 'webforms',
  name: 'Almacenes Candelaria',
  emisor: { rfc: 'ACA940318H47', name: 'ALMACENES CANDELARIA', regime: '601', postalCode: '01030' },
  serie: 'ACF',
  concept: {
    description: 'ARTICULOS DE SUPERMERCADO',
    productKey: '50192100',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8001-7d2f-9a0c-3b7e51d8c401',
    ticketFields: [
      galleryField('extra.tc', 'TC#', { letters: 'digits', length: 20, identity: true }),
      galleryField('extra.tr', 'TR#', { letters: 'digits', length: 5 }),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'ASP.NET WebForms',
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'C', '#2f7d32');
  serveAssets(app, '/Content', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.redirect('/Default.aspx'));
  addWizard(app, deps);
  addQuery(app, deps);
  for (const [file, { title, content }] of Object.entries(staticPages)) {
    app.get(`/${file}`, (c) => c.html(masterPage({ title, action: file, viewState: '', content })));
  }
  app.get('/Documento.ashx', async (c) => {
    const uuid = c.req.query('id') ?? '';
    const files = await deps.desk.filesOf(uuid);
    if (files === undefined) return c.text('El documento solicitado no existe.', 404);
    return c.req.query('tipo') === 'pdf'
      ? attachment(files.pdf, 'application/pdf', `${uuid}.pdf`)
      : attachment(files.xml, 'text/xml', `${uuid}.xml`);
  });
  return app;
}
