import { html } from 'hono/html';
import { Hono } from 'hono';
import { addDays } from '../../clock.ts';
import type { PortalDefinition, PortalDeps } from '../../portal.ts';
import { galleryField } from '../../vendor.ts';
import { type PortalApp, type PortalEnv, createSessions, serveAssets, serveFavicon } from '../../web.ts';
import { type Visit, addInvoicing } from './invoicing.ts';
import { page } from './layout.ts';
import { addLogin } from './login.ts';
import { createDoor } from './members.ts';

const WINDOW_DAYS = 45;

/**
 * El Yunque: a shop that invoices for its account holders only. One signs in by user name, then password, then a code
 * where the account has one; adds sales notes to a cart; and finds the invoice in the account's history, nowhere else.
 * Careful: a note issues once. Three wrong passwords lock an account.
 */
export const account: PortalDefinition = {
  id: 'account',
  name: 'El Yunque Ferretera',
  emisor: { rfc: 'YFE940311PL2', name: 'EL YUNQUE FERRETERA', regime: '601', postalCode: '44290' },
  serie: 'EY',
  concept: {
    description: 'HERRAMIENTA Y MATERIALES',
    productKey: '27111700',
    unitKey: 'H87',
    unit: 'Pieza',
  },
  lastDay: (soldOn) => addDays(soldOn, WINDOW_DAYS),
  entry: {
    id: '01a2008d-8005-7c12-9d40-1b7a60c4e805',
    ticketFields: [
      galleryField('folio', 'Nota de venta', { mask: '9999-99-999999-9', identity: true }),
      // Notes start over each day.
      galleryField('date', 'Fecha de compra', { identity: true }),
      galleryField('amount', 'Importe total'),
    ],
    closes: { kind: 'days_after', days: WINDOW_DAYS },
    technology: 'HTML',
    requiresAccount: true,
    confidence: 0.4,
  },
  createApp,
};

function createApp(deps: PortalDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();
  serveFavicon(app, 'Y', '#e8600a');
  serveAssets(app, '/estilos', new URL('./assets/styles/', import.meta.url));
  serveAssets(app, '/guiones', new URL('./assets/scripts/', import.meta.url));
  const sessions = createSessions<Visit>('yunque_sesion', () => ({}));
  app.get('/', (c) => c.redirect('/facturacion'));
  addLogin(app, deps, sessions, createDoor());
  addInvoicing(app, deps, sessions);
  for (const [path, { title, text }] of Object.entries(infoPages)) {
    const content = html`<div class="tarjeta">
      <h1>${title}</h1>
      <p>${text}</p>
    </div>`;
    app.get(path, (c) => c.html(page(title, content, sessions.of(c).state.member?.userName ?? null)));
  }
  return app;
}

const infoPages: Readonly<Record<string, { title: string; text: string }>> = {
  '/productos': {
    title: 'Productos',
    text: 'Taladros, juegos de dados, cemento, impermeabilizante y más de 14,000 artículos en tienda.',
  },
  '/tiendas': {
    title: 'Tiendas',
    text: '0104 Centro · 0217 Tlaquepaque · 0388 Zapopan · 0412 Tonalá · 0536 Tesistán · 0671 El Salto',
  },
  '/privacidad': {
    title: 'Aviso de privacidad',
    text: 'Usamos los datos de tu cuenta para emitir tus comprobantes y atender tus pedidos.',
  },
};
