import { Hono } from 'hono';
import { html } from 'hono/html';
import { type Clock, addDays, mexicanDate } from './clock.ts';
import type { GalleryPortal } from './gallery-portal.ts';
import type { Ledger } from './ledger.ts';
import { type Outcome, type PortalId, outcomes, portalIds } from './sale.ts';
import { makeTicket } from './tickets.ts';
import type { PortalApp, PortalEnv } from './web.ts';

type IndexDeps = {
  readonly portals: () => readonly GalleryPortal[];
  readonly ledger: Ledger;
  readonly now: Clock;
  readonly sat: PortalApp;
};

/**
 * The server's root host, for people and other processes:
 * `GET /` lists the portals and their magic tickets;
 * `GET /__ledger?portal=&ticket=` answers `{ submits, issued }`;
 * `GET /__tickets?portal=&n=&outcome=` answers one ticket, sold yesterday by the gallery's clock;
 * `/__sat` is an imitation of SAT's register (`createSatRegisterApp`);
 * `GET /__vendors` answers the portals as the vendor directory describes them, for `npm run vendors:sync -- --sandbox`.
 */
export function createIndexApp({ portals, ledger, now, sat }: IndexDeps): PortalApp {
  const app: PortalApp = new Hono<PortalEnv>();

  app.get('/__ledger', (c) => {
    const asked = c.req.query('portal');
    const portal = portalIds.find((id) => id === asked);
    if (asked !== undefined && portal === undefined) return c.json({ error: `no portal ${asked}` }, 404);
    const ticket = c.req.query('ticket');
    return c.json({ submits: ledger.submits(portal, ticket), issued: ledger.issued(portal, ticket) });
  });

  app.get('/__tickets', (c) => {
    const portal = portalIds.find((id) => id === c.req.query('portal'));
    const outcome = outcomes.find((name) => name === (c.req.query('outcome') ?? 'success'));
    const n = Number(c.req.query('n') ?? '1');
    if (portal === undefined || outcome === undefined || !Number.isInteger(n) || n < 1 || n > 999_999) {
      return c.json({ error: 'portal, outcome or n is unknown' }, 400);
    }
    return c.json(ticketSoldYesterday(portal, n, outcome, now));
  });

  app.route('/__sat', sat);
  app.get('/__vendors', (c) => c.json(portals().map(({ vendor }) => vendor)));
  app.get('/', (c) => c.html(indexPage(portals())));
  return app;
}

function ticketSoldYesterday(portal: PortalId, n: number, outcome: Outcome, now: Clock) {
  return makeTicket(portal, n, { outcome, soldOn: addDays(mexicanDate(now()), -1) });
}

function indexPage(portals: readonly GalleryPortal[]) {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Portal gallery</title>
        <style>
          body {
            font:
              15px/1.5 system-ui,
              sans-serif;
            max-width: 70rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          td,
          th {
            text-align: left;
            padding: 0.15rem 1rem 0.15rem 0;
            vertical-align: top;
          }
          code {
            font-size: 13px;
          }
        </style>
      </head>
      <body>
        <h1>Portal gallery</h1>
        <p>Simulated vendor portals. What they issued: <a href="/__ledger">/__ledger</a>.</p>
        ${portals.map(
          ({ id, name, url, emisorRfc, tickets }) =>
            html`<h2><a href="${url}">${name}</a></h2>
              <p>${id}, emisor ${emisorRfc}</p>
              <table>
                ${tickets.map(
                  ({ outcome, ticketData }) =>
                    html`<tr>
                      <td>${outcome}</td>
                      <td><code>${JSON.stringify(ticketData)}</code></td>
                    </tr>`,
                )}
              </table>`,
        )}
      </body>
    </html>`;
}
