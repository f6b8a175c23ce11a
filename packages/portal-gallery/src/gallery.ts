import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type CaptchaBook, createCaptchaBook } from './captchas.ts';
import { type Clock, addDays, mexicanDate } from './clock.ts';
import { definitions } from './definitions.ts';
import { createDesk } from './desk.ts';
import { createDocumentStore } from './documents.ts';
import type { GalleryPortal } from './gallery-portal.ts';
import { createIndexApp } from './index-app.ts';
import type { TestPki } from './issuer/test-pki.ts';
import { type Ledger, type LedgerBook, createLedger } from './ledger.ts';
import type { PortalDefinition } from './portal.ts';
import { type PostOffice, type PostedMail, createPostOffice } from './post-office.ts';
import { createInvoiceProducer } from './produce.ts';
import { SINK_HOST, type SinkBook, createSinks } from './sinks.ts';
import { type Trouble, troubles } from './trouble-pages.ts';
import { createSatRegisterApp, type SatRegisterBook } from './sat-register.ts';
import type { PortalId } from './sale.ts';
import { magicTickets } from './tickets.ts';
import { describeVendor } from './vendor.ts';
import type { PortalApp, PortalEnv } from './web.ts';

export type GalleryOptions = {
  /** 0 for any free one. */
  readonly port: number;
  /** Signs the CFDIs. */
  readonly pki: TestPki;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  readonly now?: Clock;
  /** How long `listboxes` keeps a validated code for one browser session; default 10 minutes. */
  readonly reservationMs?: number;
  /** How long `rough` takes over the look-up of a `slow` ticket; default 8 s. */
  readonly slowMs?: number;
  /** Added to every answer of every portal; default 0. */
  readonly latencyMs?: number;
  /** Where the portals that deliver by mail send it, on this machine, at that moment; default: nowhere. */
  readonly smtpPort?: () => number | null;
  /** Where ledger and documents are kept over restarts; default: in memory only. */
  readonly dataDir?: string;
};

export type Gallery = {
  /** The root host: a page that lists the portals, `/__ledger`, `/__tickets`. */
  readonly url: string;
  readonly port: number;
  readonly portals: readonly GalleryPortal[];
  readonly ledger: Ledger;
  /** An imitation of SAT's register, which knows what the portals issued. */
  readonly sat: SatRegisterBook;
  /** What the picture that a portal drew last says; undefined before the first: a test plays the person who reads it. */
  captcha(portal: PortalId): string | undefined;
  /** What reached the hosts that the hostile portal sends things to. */
  readonly sinks: SinkBook;
  /** While a portal is not `up`, each of its pages answers so. */
  setAvailability(portal: PortalId, availability: Availability): void;
  /** What portals sent by mail, and are to send. */
  mails(): readonly PostedMail[];
  /** Stops listening and cuts open connections. */
  close(): Promise<void>;
};

export type Availability = 'up' | Trouble;

const DEFAULT_RESERVATION_MS = 10 * 60 * 1000;
const DEFAULT_SLOW_MS = 8_000;

/** Starts every portal on one port, each under a host name of its own (`<id>.localhost`). */
export async function startGallery(options: GalleryOptions): Promise<Gallery> {
  const now = options.now ?? (() => new Date());
  const ledger = createLedger({ now, dataDir: options.dataDir });
  const down = new Map<PortalId, Trouble>();
  const sinks = createSinks();
  const captchas = createCaptchaBooks();
  const post = createPostOffice({ smtpPort: options.smtpPort ?? (() => null), now });
  const apps = createPortalApps(options, { ledger, now, post }, captchas);

  let portals: readonly GalleryPortal[] = [];
  const sat = createSatRegisterApp({ ledger, emisorOf });
  const index = createIndexApp({ portals: () => portals, ledger, now, sat: sat.app });
  const root = new Hono<PortalEnv>();
  root.all('*', async (c) => {
    if (hostLabel(c.req.header('host')) === SINK_HOST) return sinks.app.fetch(c.req.raw, c.env);
    const id = portalOfHost(c.req.header('host'));
    if (id === undefined) return index.fetch(c.req.raw, c.env);
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    const trouble = down.get(id);
    if (trouble === undefined) return apps[id].fetch(c.req.raw, c.env);
    const { page, status } = troubles[trouble];
    return c.html(page, status, status === 503 ? { 'retry-after': '60' } : {});
  });

  const { server, port } = await listen(root, options);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (hostLabel(request.headers.host) === SINK_HOST) sinks.knock(request.url ?? '/');
    socket.destroy();
  });
  const url = `http://${options.host ?? LOOPBACK}:${port}`;
  portals = definitions.map((definition) => describe(definition, { port, rootUrl: url, now }));
  return {
    url,
    port,
    portals,
    ledger,
    sinks: sinks.book,
    sat: { ...sat.book, url: `${url}/__sat${sat.servicePath}` },
    captcha: (portal) => captchas[portal].newest(),
    setAvailability: (portal, availability) => {
      if (availability === 'up') down.delete(portal);
      else down.set(portal, availability);
    },
    mails: () => post.posted(),
    close: async () => {
      post.close();
      await close(server);
    },
  };
}

function emisorOf(portal: PortalId): string {
  return definitions.find(({ id }) => id === portal)?.emisor.rfc ?? '';
}

const LOOPBACK = '127.0.0.1';

/** The first label of a name under `localhost`: `webforms` for `webforms.localhost:4123`; undefined for other hosts. */
function hostLabel(host: string | undefined): string | undefined {
  return /^([^.]+)\.localhost(?::\d+)?$/.exec(host?.toLowerCase() ?? '')?.[1];
}

/** The portal that a host belongs to; undefined for any host that is no portal's. */
function portalOfHost(host: string | undefined): PortalId | undefined {
  const label = hostLabel(host);
  return definitions.find(
    ({ id, entry }) => label === id || (label !== undefined && entry.alsoHosts?.includes(label)),
  )?.id;
}

function createPortalApps(
  options: GalleryOptions,
  { post, ...shared }: { readonly ledger: LedgerBook; readonly now: Clock; readonly post: PostOffice },
  captchas: CaptchaBooks,
): Readonly<Record<PortalId, PortalApp>> {
  const documents = createDocumentStore(options.dataDir);
  const produce = createInvoiceProducer(options.pki);
  const reservationMs = options.reservationMs ?? DEFAULT_RESERVATION_MS;
  const slowMs = options.slowMs ?? DEFAULT_SLOW_MS;
  const appOf = (definition: PortalDefinition): PortalApp => {
    const { id, ...vendor } = definition;
    const desk = createDesk({ portal: id, ...vendor, ...shared, documents, produce });
    return definition.createApp({
      desk,
      post,
      now: shared.now,
      reservationMs,
      slowMs,
      captchas: captchas[id],
    });
  };
  return Object.fromEntries(definitions.map((definition) => [definition.id, appOf(definition)])) as Record<
    PortalId,
    PortalApp
  >;
}

type CaptchaBooks = Readonly<Record<PortalId, CaptchaBook>>;

function createCaptchaBooks(): CaptchaBooks {
  return Object.fromEntries(definitions.map(({ id }) => [id, createCaptchaBook()])) as Record<
    PortalId,
    CaptchaBook
  >;
}

function describe(
  definition: PortalDefinition,
  { port, rootUrl, now }: { port: number; rootUrl: string; now: Clock },
): GalleryPortal {
  const { id, name, emisor } = definition;
  const url = `http://${id}.localhost:${port}/`;
  return {
    id,
    name,
    url,
    emisorRfc: emisor.rfc,
    vendor: describeVendor(definition, url, `${rootUrl}/__tickets?portal=${id}`),
    // Read when asked for, so that a gallery that runs for weeks does not offer stale dates.
    get tickets() {
      return magicTickets(id, addDays(mexicanDate(now()), -1));
    },
  };
}

async function listen(
  app: PortalApp,
  options: GalleryOptions,
): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const address = { fetch: app.fetch, hostname: options.host ?? LOOPBACK, port: options.port };
    const server = serve(address, ({ port }) => resolve({ server, port }));
    server.once('error', reject);
  });
}

async function close(server: ServerType): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
