import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, serveAssets, serveFavicon } from '../../web.ts';
import { addViews } from './views.ts';

const WINDOW_DAYS = 15;

/**
 * El Búho: a night shop on JSF and PrimeFaces. The date comes from a calendar alone, "Validar Ticket" opens the rest,
 * leaving the RFC opens the rest of that by AJAX, and each file has a button that posts the page back. Careful: a
 * ticket issues once; the reprint page hands the files out again to the RFC of the invoice.
 */
export const primefaces: PortalDefinition = {
  id: 'primefaces',
  name: 'Tiendas El Búho',
  emisor: { rfc: 'OTB060823HU4', name: 'OPERADORA DE TIENDAS EL BUHO', regime: '601', postalCode: '64700' },
  serie: 'BUH',
  concept: {
    description: 'ABARROTES Y BEBIDAS',
    productKey: '50192100',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8007-7a20-b6e3-03c9d85f1707',
    ticketFields: [
      galleryField('date', 'Fecha de venta', { identity: true }),
      galleryField('folio', 'Folio de venta', { letters: 'digits', length: 9, identity: true }),
      galleryField('extra.id_venta', 'ID de venta', { letters: 'digits', length: 12, identity: true }),
      galleryField('amount', 'Total'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'JSF, PrimeFaces',
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'B', '#2b2350');
  serveAssets(app, '/javax.faces.resource', new URL('./assets/', import.meta.url));
  app.get('/', (c) => c.redirect('/facturacion/index.xhtml'));
  addViews(app, deps);
  return app;
}
