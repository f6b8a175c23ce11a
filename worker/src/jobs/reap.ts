/**
 * The reaper: ends browsers that nobody works with any more, by both lists that know of them. Rows know every browser that was asked
 * for; the provider knows which of them run.
 */
import type { Database, SessionRow, TenantScope } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import type { BrowserProvider } from '../ports.ts';

export interface ReapDeps {
  database: Database;
  provider: BrowserProvider;
  log: Logger;
  /** How long a difference between rows and provider may be one that is just being made. */
  graceMs: number;
}

/** How many were released at the provider, and how many rows were closed without one. */
export interface Reaped {
  released: number;
  closed: number;
}

/** One pass over both lists. */
export async function reapSessions(deps: ReapDeps): Promise<Reaped> {
  const orphans = await reapOrphans(deps);
  const strays = await reapStrays(deps);
  const reaped = { released: orphans + strays.released, closed: strays.closed };
  if (reaped.released + reaped.closed > 0)
    deps.log.warn({ action: 'reaper', ...reaped }, 'browsers that nobody works with were ended');
  return reaped;
}

/**
 * By the rows: sessions that no live run owns. One whose provider id was lost is found by the row's id in the provider's
 * metadata.
 */
async function reapOrphans({ database, provider }: ReapDeps): Promise<number> {
  let released = 0;
  for (const orphan of await database.system.listOrphanSessions()) {
    const ids =
      orphan.providerSessionId === null ? await provider.findByRow(orphan.id) : [orphan.providerSessionId];
    for (const id of ids) await provider.release(id);
    await terminate(database, orphan);
    released += ids.length;
  }
  return released;
}

/** By the provider: browsers whose row is over or gone are released; rows whose browser is gone are closed. */
async function reapStrays({ database, provider, graceMs }: ReapDeps): Promise<Reaped> {
  const running = await provider.listRunning();
  const strays = await database.system.listStrayBrowsers({ running, graceMs });
  for (const id of strays) await provider.release(id);

  const seen = running.map(({ providerSessionId }) => providerSessionId);
  let closed = 0;
  for (const session of await database.system.listUnseenSessions({ seen, graceMs })) {
    // The list may lag behind, or belong to a deployment that was renamed since: the session itself is asked before its row is closed.
    const { providerSessionId } = session;
    if (providerSessionId !== null && (await provider.isRunning(providerSessionId))) continue;
    await terminate(database, session);
    closed += 1;
  }
  return { released: strays.length, closed };
}

async function terminate(database: Database, session: SessionRow & TenantScope): Promise<void> {
  await database.withTenant(session, (tx) => tx.sessions.terminate(session.id));
}
