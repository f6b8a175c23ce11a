import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ConnectionFate } from './desk.ts';

/** Portals need the raw connection (to let it die), so they run on the Node server only. */
export type PortalEnv = { Bindings: HttpBindings };
export type PortalApp = Hono<PortalEnv>;
export type PortalContext = Context<PortalEnv>;

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the files of a folder (not of its sub-folders) under `mount`, e.g. `/Content`. */
export function serveAssets(app: PortalApp, mount: string, folder: URL): void {
  const directory = fileURLToPath(folder);
  for (const name of readdirSync(directory)) {
    serveFile(app, `${mount}/${name}`, join(directory, name));
  }
}

export function serveFile(app: PortalApp, route: string, path: string): void {
  const contentType = contentTypes[extname(path)] ?? 'application/octet-stream';
  app.get(route, async (c) =>
    c.body(new Uint8Array(await readFile(path)), 200, {
      'content-type': contentType,
      'cache-control': 'max-age=3600',
    }),
  );
}

/** The shop's letter on its colour, where browsers ask for an icon unbidden. */
export function serveFavicon(app: PortalApp, letter: string, background: string): void {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="${background}"/><text x="8" y="12" font-family="sans-serif" font-size="11" font-weight="bold" text-anchor="middle" fill="#fff">${letter}</text></svg>`;
  app.get('/favicon.ico', (c) => c.body(svg, 200, { 'content-type': 'image/svg+xml' }));
}

/** Browser sessions of one portal: a random cookie, state in memory, lost with the process. */
export type Sessions<State> = {
  /** The caller's session id and state; a caller without a known cookie gets a fresh one. */
  of(c: PortalContext): { readonly id: string; readonly state: State };
};

/** Old sessions go first beyond this, so that a long-lived sandbox does not grow without bound. */
const MAX_SESSIONS = 10_000;

export function createSessions<State>(cookie: string, initial: () => State): Sessions<State> {
  const states = new Map<string, State>();
  return {
    of: (c) => {
      const id = getCookie(c, cookie);
      const state = id === undefined ? undefined : states.get(id);
      if (id !== undefined && state !== undefined) return { id, state };
      const fresh = { id: randomBytes(15).toString('hex'), state: initial() };
      states.set(fresh.id, fresh.state);
      const [oldest] = states.keys();
      if (states.size > MAX_SESSIONS && oldest !== undefined) states.delete(oldest);
      setCookie(c, cookie, fresh.id, { httpOnly: true, path: '/', sameSite: 'Lax' });
      return fresh;
    },
  };
}

/** Ends the caller's connection inside the answer (`dies`) or before its first byte (`resets`). */
export function breakConnection(c: PortalContext, fate: Exclude<ConnectionFate, 'answers'>): Response {
  const { outgoing } = c.env;
  if (fate === 'resets') {
    outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  // With the head of an answer on the wire no browser sends the request again.
  outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': '4096' });
  outgoing.write('<!DOCTYPE html><html><body><p>Procesando', () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}

/** A file for the browser to save. */
export function attachment(content: Buffer, contentType: string, filename: string): Response {
  return new Response(new Uint8Array(content), {
    headers: { 'content-type': contentType, 'content-disposition': `attachment; filename="${filename}"` },
  });
}

/** A form field as text, without surrounding space; `''` if absent. */
export function field(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** A JSON body as an object; `{}` for anything else. */
export async function jsonBody(c: PortalContext): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await c.req.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
