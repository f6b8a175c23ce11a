import { Hono } from 'hono';
import type { PortalApp, PortalEnv } from './web.ts';

/** One thing that reached a host where nothing of a task has any business. */
export type Sunk = {
  /** The first part of the path: how it was sent (`fetch`, `beacon`, `socket`, …). */
  readonly way: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
};

/** Where the hostile portal sends what it can lay hands on. A test asks that nothing came. */
export type SinkBook = {
  /** First label of the sinks' host name. */
  readonly host: string;
  received(): readonly Sunk[];
};

export const SINK_HOST = 'recolector';

/** The sinks' own site: it takes everything, and answers so that whoever sends goes on. */
export function createSinks(): { app: PortalApp; book: SinkBook; knock(url: string): void } {
  const received: Sunk[] = [];
  const note = (method: string, url: string, body: string): void => {
    received.push({ way: url.split(/[/?]/)[1] ?? '', method, url, body });
  };
  const app: PortalApp = new Hono<PortalEnv>();
  app.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    note(c.req.method, pathname + search, await c.req.text());
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    return c.body(pathname.endsWith('.js') ? '' : '<p>gracias</p>', 200, {
      ...headers,
      'content-type': pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
    });
  });
  return {
    app,
    book: { host: SINK_HOST, received: () => received },
    // A WebSocket's knock comes as an upgrade, outside of HTTP.
    knock: (url) => note('UPGRADE', url, ''),
  };
}
