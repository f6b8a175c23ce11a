import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, serveAssets, serveFavicon } from '../../web.ts';
import { addApi } from './api.ts';
import { shell } from './shell.ts';

const WINDOW_DAYS = 60;

/**
 * Ruta Clara: a single-page application whose inputs are controlled by state, with list boxes made of divs. Careful:
 * validating a code reserves it for one browser session, and a code issues once; whoever validates an invoiced code
 * with the RFC of the invoice gets its files again.
 */
export const listboxes: PortalDefinition = {
  id: 'listboxes',
  name: 'Ruta Clara',
  emisor: { rfc: 'CRC020715TJ1', name: 'CONCESIONARIA RUTA CLARA', regime: '601', postalCode: '76100' },
  serie: 'RCL',
  concept: {
    description: 'PEAJE EN AUTOPISTA DE CUOTA',
    productKey: '95111603',
    unitKey: 'E48',
    unit: 'Servicio',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8002-7e61-b4d8-90c2f6a7e502',
    ticketFields: [
      galleryField('webId', 'Código', { letters: 'alphanumeric', length: 18, identity: true }),
      galleryField('date', 'Fecha'),
      galleryField('amount', 'Importe'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    reservesTickets: true,
    technology: 'SPA',
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'R', '#0fa3a3');
  serveAssets(app, '/static', new URL('./assets/', import.meta.url));
  addApi(app, deps);
  app.get('/', (c) => c.html(shell));
  return app;
}
