import { createRequire } from 'node:module';
import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, serveAssets, serveFavicon, serveFile } from '../../web.ts';
import { addActions } from './actions.ts';
import { page, wizard } from './pages.ts';
import { infoPages } from './info-pages.ts';

const GRACE_DAYS = 7;

/**
 * Farmacias Santa Brígida: a jQuery wizard of four slow steps on a PHP-like back end, delivering one ZIP. Careful: a
 * folio issues once, and asking again shows "ya fue facturado" with the file where the RFC is the invoice's own. It
 * remembers customers by RFC and fills the form with what it remembers, however old.
 */
export const jqwizard: PortalDefinition = {
  id: 'jqwizard',
  name: 'Farmacias Santa Brígida',
  emisor: { rfc: 'FSB870902QK7', name: 'FARMACIAS SANTA BRIGIDA', regime: '601', postalCode: '64000' },
  serie: 'FSB',
  concept: {
    description: 'MEDICAMENTOS Y ARTICULOS DE FARMACIA',
    productKey: '51101500',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: endOfGrace,
  entry: {
    id: '01a2008d-8003-7a94-8e17-2c5d80b9f603',
    ticketFields: [
      galleryField('folio', 'Folio', { letters: 'digits', length: 14, identity: true }),
      // Folios start over each day.
      galleryField('date', 'Fecha', { identity: true }),
      galleryField('amount', 'Total'),
    ],
    closes: { kind: 'day_of_next_month', day: GRACE_DAYS },
    technology: 'jQuery',
    confidence: 1,
  },
  createApp,
};

/** Tickets of a month can be invoiced until the seventh day of the next. */
function endOfGrace(soldOn: string): string {
  const inNextMonth = addDays(`${soldOn.slice(0, 7)}-01`, 31);
  return addDays(`${inNextMonth.slice(0, 7)}-01`, GRACE_DAYS - 1);
}

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'B', '#c8102e');
  serveAssets(app, '/assets', new URL('./assets/', import.meta.url));
  const jquery = createRequire(import.meta.url).resolve('jquery/dist/jquery.min.js');
  serveFile(app, '/assets/vendor/jquery.min.js', jquery);
  app.get('/', (c) => c.redirect('/facturacion'));
  app.get('/facturacion', (c) => c.html(page('Facturación en línea', wizard, ['wizard.js'])));
  for (const [path, { title, content }] of Object.entries(infoPages)) {
    app.get(path, (c) => c.html(page(title, content)));
  }
  addActions(app, deps);
  return app;
}
