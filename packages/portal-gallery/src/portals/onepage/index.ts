import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, serveAssets, serveFavicon } from '../../web.ts';
import { addApi } from './api.ts';
import { infoPages, invoicePage, page, reprintPage } from './pages.ts';

const WINDOW_DAYS = 3;

/**
 * Don Tobías: one long form, whose answer is JSON with both files in base64. Careless: it never looks whether a
 * ticket was invoiced, so a second submit issues a second CFDI; its "Reimprimir factura" page finds all of them.
 * Beside the terms it has a box that signs one up for advertising.
 */
export const onepage: PortalDefinition = {
  id: 'onepage',
  name: 'Don Tobías Hamburguesas',
  emisor: { rfc: 'RDT1105243M0', name: 'RESTAURANTES DON TOBIAS', regime: '601', postalCode: '44160' },
  serie: 'DT',
  concept: {
    description: 'CONSUMO DE ALIMENTOS',
    productKey: '90101501',
    unitKey: 'E48',
    unit: 'Servicio',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8004-7b38-a6f5-714e9d03b704',
    ticketFields: [
      galleryField('branch', 'Restaurante', { letters: 'digits', maxLength: 4, identity: true }),
      galleryField('folio', 'Ticket', { letters: 'digits', maxLength: 6, identity: true }),
      galleryField('extra.caja', 'Caja', { letters: 'digits', maxLength: 2, identity: true }),
      // Tickets are counted per restaurant, register and day.
      galleryField('date', 'Fecha', { identity: true }),
      galleryField('amount', 'Total'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'HTML, JSON',
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'T', '#b3200f');
  serveAssets(app, '/public', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.html(page('Factura tu consumo', invoicePage, 'invoice.js')));
  app.get('/reimprimir', (c) => c.html(page('Reimprimir factura', reprintPage, 'reprint.js')));
  for (const [path, { title, content }] of Object.entries(infoPages)) {
    app.get(path, (c) => c.html(page(title, content)));
  }
  addApi(app, deps);
  return app;
}
