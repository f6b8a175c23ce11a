import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Chromium } from '../chromium/find.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { openBrowser } from './browser.ts';
import type { CreateParams } from './create-params.ts';
import { sessionFolders } from './folders.ts';
import { type SessionRecord, isOpen, saveRecord } from './record.ts';
import { type Session, type SessionSettings, createSession } from './session.ts';

export type CreateOutcome =
  { readonly kind: 'created'; readonly session: Session } | { readonly kind: 'at_limit' };

/** Every session that the server knows, open and ended. */
export type Sessions = {
  readonly limit: number;
  readonly openCount: () => number;
  /** Resolves when the session runs; rejects when its Chromium does not start. */
  readonly create: (params: CreateParams) => Promise<CreateOutcome>;
  readonly get: (id: string) => Session | undefined;
  /** Newest first. */
  readonly all: () => Session[];
  /** Ends every open session and lets none begin. */
  readonly close: () => Promise<void>;
};

export type SessionsDeps = {
  readonly sessionsDir: string;
  /** Records of an earlier life, all ended. */
  readonly earlier: readonly SessionRecord[];
  readonly chromium: Chromium;
  readonly maxConcurrent: number;
  readonly clock: Clock;
  readonly log: Log;
};

/** How many ended sessions are remembered, with their downloads; the oldest goes first. */
const MAX_ENDED = 500;

/** A session of an earlier life is only looked at. */
const ENDED: SessionSettings = {
  logCommands: false,
  openBrowser: () => Promise.reject(new Error('a session that has ended does not start again')),
};

const pendingRecord = (params: CreateParams, now: number): SessionRecord => {
  const createdAt = new Date(now).toISOString();
  const { keepAlive, projectId, region, userMetadata } = params;
  return {
    id: randomUUID(),
    createdAt,
    updatedAt: createdAt,
    startedAt: createdAt,
    expiresAt: new Date(now + params.timeoutSeconds * 1000).toISOString(),
    status: 'PENDING',
    projectId,
    keepAlive,
    region,
    proxyBytes: 0,
    userMetadata,
  };
};

/** The server's sessions, starting with those of its earlier lives. */
export const createSessions = ({
  sessionsDir,
  earlier,
  chromium,
  maxConcurrent,
  clock,
  log,
}: SessionsDeps): Sessions => {
  const byId = new Map<string, Session>();
  let closed = false;

  const add = (record: SessionRecord, settings: SessionSettings): Session => {
    const folders = sessionFolders(sessionsDir, record.id);
    const session = createSession(record, settings, { clock, log, folders });
    byId.set(record.id, session);
    return session;
  };
  for (const record of earlier) add(record, ENDED);

  const all = (): Session[] => [...byId.values()].reverse();
  const openCount = (): number => all().filter((session) => isOpen(session.record())).length;
  const forgetOldest = async (): Promise<void> => {
    const ended = all().filter((session) => !isOpen(session.record()));
    for (const session of ended.slice(MAX_ENDED)) {
      byId.delete(session.record().id);
      await rm(session.folders.root, { recursive: true, force: true });
    }
  };
  return {
    limit: maxConcurrent,
    openCount,
    create: async (params) => {
      if (closed || openCount() >= maxConcurrent) return { kind: 'at_limit' };
      const record = pendingRecord(params, clock.now());
      const session = add(record, {
        logCommands: params.logSession,
        openBrowser: (folders) => openBrowser(params.browser, { chromium, clock, folders }),
      });
      mkdirSync(session.folders.root, { recursive: true, mode: 0o700 });
      saveRecord(session.folders.record, record);
      await forgetOldest();
      await session.start();
      return { kind: 'created', session };
    },
    get: (id) => byId.get(id),
    all,
    close: async () => {
      closed = true;
      await Promise.all(all().map((session) => session.end('COMPLETED')));
    },
  };
};
