import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalContext, type PortalEnv, serveAssets, serveFavicon } from '../../web.ts';
import { addModule, lists } from './module.ts';
import { formPage, outerPage, queryPage } from './pages.ts';

const WINDOW_DAYS = 30;
/** The host of the platform whose module stands in the frame. */
const PLATFORM = 'gasfactura';

/**
 * Monte Bravo: a petrol company whose invoicing is a rented platform's, in a frame on another host. Everything is said
 * and asked by native dialogs; list entries have the platform's internal ids; the PDF opens in a viewer. Careless: a
 * second submit issues a second CFDI; "Consultar factura" lists all.
 */
export const framed: PortalDefinition = {
  id: 'framed',
  name: 'Gasolineras Monte Bravo',
  emisor: { rfc: 'MBC990514RX6', name: 'MONTE BRAVO COMBUSTIBLES', regime: '601', postalCode: '25900' },
  serie: 'MB',
  concept: { description: 'GASOLINA MAGNA', productKey: '15101514', unitKey: 'LTR', unit: 'Litro' },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8006-7f5b-8c11-52e09a7d4406',
    ticketFields: [
      galleryField('extra.referencia', 'Referencia de estación', {
        letters: 'digits',
        length: 14,
        identity: true,
      }),
      galleryField('folio', 'Folio', { letters: 'digits', maxLength: 6, identity: true }),
      galleryField('amount', 'Importe'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'iframe, XMLHttpRequest',
    alsoHosts: [PLATFORM],
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const platform: PortalApp = new Hono<PortalEnv>();
  platform.get('/', (c) => c.html(formPage(lists)));
  platform.get('/consulta', (c) => c.html(queryPage));
  addModule(platform, deps);

  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'B', '#04365a');
  // Two hosts, one server: what the platform's host is asked for is the platform's.
  app.use(async (c, next) => {
    if (!isPlatform(c) || /^\/(css|js)\//.test(c.req.path)) return next();
    return platform.fetch(c.req.raw, c.env);
  });
  serveAssets(app, '/css', new URL('./assets/styles/', import.meta.url));
  serveAssets(app, '/js', new URL('./assets/scripts/', import.meta.url));
  app.get('/', (c) => c.html(outerPage('Facturación electrónica', moduleUrl(c, '/'))));
  app.get('/facturas-emitidas', (c) => c.html(outerPage('Consultar factura', moduleUrl(c, '/consulta'))));
  for (const [path, { title, text }] of Object.entries(infoPages)) {
    app.get(path, (c) => c.html(infoPage(title, text)));
  }
  return app;
}

const hostOf = (c: PortalContext): string => c.req.header('host') ?? '';
const isPlatform = (c: PortalContext): boolean => hostOf(c).toLowerCase().startsWith(`${PLATFORM}.`);

const moduleUrl = (c: PortalContext, path: string): string =>
  `http://${hostOf(c).replace(/^[^.]+/, PLATFORM)}${path}`;

const infoPage = (title: string, text: string) =>
  html`<!doctype html>
    <html lang="es">
      <head>
        <meta charset="utf-8" />
        <title>${title} | Gasolineras Monte Bravo</title>
        <link rel="stylesheet" href="/css/bravo.css" />
      </head>
      <body>
        <div class="top">
          <a class="logo" href="/">&#9650; MONTE <i>BRAVO</i></a>
        </div>
        <div class="texto">
          <h1>${title}</h1>
          <p>${text}</p>
        </div>
      </body>
    </html>`;

const infoPages: Readonly<Record<string, { title: string; text: string }>> = {
  '/estaciones': {
    title: 'Estaciones',
    text: '0104 Ramos Arizpe · 0217 Saltillo Norte · 0388 Arteaga · 0412 Derramadero · 0536 Parras · 0671 General Cepeda',
  },
  '/flotillas': {
    title: 'Flotillas',
    text: 'Controla el consumo de tus unidades con tarjeta Bravo Flotilla.',
  },
};
