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
import { createInvoiceProducer } from './produce.ts';
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
  /** Added to every answer of every portal; default 0. */
  readonly latencyMs?: number;
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
  /** While a portal is `down`, each of its pages answers 503. */
  setAvailability(portal: PortalId, availability: Availability): void;
  /** Stops listening and cuts open connections. */
  close(): Promise<void>;
};

export type Availability = 'up' | 'down';

const DEFAULT_RESERVATION_MS = 10 * 60 * 1000;

/** Starts every portal on one port, each under a host name of its own (`<id>.localhost`). */
export async function startGallery(options: GalleryOptions): Promise<Gallery> {
  const now = options.now ?? (() => new Date());
  const ledger = createLedger({ now, dataDir: options.dataDir });
  const down = new Set<PortalId>();
  const captchas = createCaptchaBooks();
  const apps = createPortalApps(options, { ledger, now }, captchas);

  let portals: readonly GalleryPortal[] = [];
  const sat = createSatRegisterApp({ ledger, emisorOf });
  const index = createIndexApp({ portals: () => portals, ledger, now, sat: sat.app });
  const root = new Hono<PortalEnv>();
  root.all('*', async (c) => {
    const id = portalOfHost(c.req.header('host'));
    if (id === undefined) return index.fetch(c.req.raw, c.env);
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    return down.has(id) ? c.html(downPage, 503, { 'retry-after': '60' }) : apps[id].fetch(c.req.raw, c.env);
  });

  const { server, port } = await listen(root, options);
  const url = `http://${options.host ?? LOOPBACK}:${port}`;
  portals = definitions.map((definition) => describe(definition, { port, rootUrl: url, now }));
  return {
    url,
    port,
    portals,
    ledger,
    sat: { ...sat.book, url: `${url}/__sat${sat.servicePath}` },
    captcha: (portal) => captchas[portal].newest(),
    setAvailability: (portal, availability) => {
      if (availability === 'down') down.add(portal);
      else down.delete(portal);
    },
    close: () => close(server),
  };
}

function emisorOf(portal: PortalId): string {
  return definitions.find(({ id }) => id === portal)?.emisor.rfc ?? '';
}

const LOOPBACK = '127.0.0.1';

const downPage =
  '<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>Portal en mantenimiento</title></head><body><h1>Portal en mantenimiento</h1><p>Servicio temporalmente inactivo. Intente más tarde.</p></body></html>';

/** `webforms` for `webforms.localhost:4123`; undefined for any host that is no portal's. */
function portalOfHost(host: string | undefined): PortalId | undefined {
  const name = host?.toLowerCase().replace(/:\d+$/, '');
  return definitions.find(({ id }) => name === `${id}.localhost`)?.id;
}

function createPortalApps(
  options: GalleryOptions,
  shared: { readonly ledger: LedgerBook; readonly now: Clock },
  captchas: CaptchaBooks,
): Readonly<Record<PortalId, PortalApp>> {
  const documents = createDocumentStore(options.dataDir);
  const produce = createInvoiceProducer(options.pki);
  const reservationMs = options.reservationMs ?? DEFAULT_RESERVATION_MS;
  const appOf = (definition: PortalDefinition): PortalApp => {
    const { id, ...vendor } = definition;
    const desk = createDesk({ portal: id, ...vendor, ...shared, documents, produce });
    return definition.createApp({ desk, now: shared.now, reservationMs, captchas: captchas[id] });
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
