/**
 * One browser for one run. The row is written before the provider is asked, so that no session can be lost; the
 * session of an earlier run is released, and seen to be gone, before a new one touches the portal: it is the fence.
 */
import { newUuid } from '@cfdi-live/contract';
import type { Database, RunRef, TenantScope } from '@cfdi-live/domain';
import type { Browser } from 'playwright-core';
import type { BrowserProvider } from '../ports.ts';

export interface RunBrowser {
  rowId: string;
  providerSessionId: string;
  /** The session's CDP endpoint. It opens the session, so it goes no further than the driver. */
  connectUrl: string;
  browser: Browser;
}

export interface BrowserContext {
  database: Database;
  provider: BrowserProvider;
  scope: TenantScope;
  run: RunRef;
}

/**
 * Releases every session of earlier runs but the one that this run has taken up; true only when the provider confirms that
 * none runs any more.
 */
export async function releaseEarlierSessions(
  context: BrowserContext,
  taken: RunBrowser | null,
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, provider, scope, run } = context;
  // The reaper, or the run itself, may have asked for its end a moment ago: that is no confirmation.
  const earlier = await database.withTenant(scope, (tx) => tx.sessions.listMaybeRunning(run.taskId));
  const deadline = performance.now() + waitMs;
  for (const session of earlier) {
    if (session.id === taken?.rowId) continue;
    const providerIds =
      session.providerSessionId === null ? await provider.findByRow(session.id) : [session.providerSessionId];
    for (const id of providerIds) {
      if (await provider.isRunning(id)) await provider.release(id);
      while (await provider.isRunning(id)) {
        if (signal.aborted || performance.now() > deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    await database.withTenant(scope, (tx) => tx.sessions.terminate(session.id));
  }
  return true;
}

export type OpenedBrowser =
  | { kind: 'open'; value: RunBrowser }
  | { kind: 'busy'; retryAfterMs: number }
  | { kind: 'lost' }
  | { kind: 'unavailable' };

/** Writes the session's row, asks the provider, connects. Whatever fails, nothing is left running. */
export async function openBrowser(
  context: BrowserContext,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<OpenedBrowser> {
  const { database, provider, scope, run } = context;
  const rowId = newUuid();
  const opened = await database.withTenant(scope, (tx) => tx.sessions.open(run, { id: rowId }));
  if (opened.kind === 'lost') return { kind: 'lost' };
  let providerSessionId: string | null = null;
  try {
    const created = await provider.create({ rowId, timeoutSeconds, signal });
    if (created.kind === 'busy') {
      await database.withTenant(scope, (tx) => tx.sessions.terminate(rowId));
      return created;
    }
    providerSessionId = created.providerSessionId;
    await database.withTenant(scope, (tx) => tx.sessions.activate(rowId, created.providerSessionId));
    const browser = await provider.connect(created.connectUrl, signal);
    return { kind: 'open', value: { rowId, providerSessionId, connectUrl: created.connectUrl, browser } };
  } catch {
    // The provider's words may hold its key; the code is all that is needed here.
    await closeSession(context, { rowId, providerSessionId }).catch(() => undefined);
    return { kind: 'unavailable' };
  }
}

/** Connects to the session that an earlier run parked, and makes it this run's. Null: it is gone, or cannot be reached. */
export async function resumeBrowser(
  context: BrowserContext,
  session: { id: string; providerSessionId: string },
  signal: AbortSignal,
): Promise<RunBrowser | null> {
  const { database, provider, scope, run } = context;
  const { id: rowId, providerSessionId } = session;
  let browser: Browser | null = null;
  try {
    const connectUrl = await provider.connectUrlOf(providerSessionId);
    if (connectUrl === null) return null;
    browser = await provider.connect(connectUrl, signal);
    if (await database.withTenant(scope, (tx) => tx.parking.adopt(run, rowId)))
      return { rowId, providerSessionId, connectUrl, browser };
  } catch {
    // As when it is opened: the words may hold a key. Another browser will do.
  }
  await browser?.close().catch(() => undefined);
  return null;
}

/** Ends a run's session at the provider and in the row. Safe to repeat; the reaper finishes what fails here. */
export async function closeSession(
  context: Omit<BrowserContext, 'run'>,
  session: { rowId: string; providerSessionId: string | null },
): Promise<void> {
  const ids =
    session.providerSessionId === null
      ? await context.provider.findByRow(session.rowId)
      : [session.providerSessionId];
  for (const id of ids) await context.provider.release(id);
  await context.database.withTenant(context.scope, (tx) => tx.sessions.terminate(session.rowId));
}
