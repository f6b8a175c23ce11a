/** One LISTEN per process, on a connection of its own that comes back by itself. Hints may be lost meanwhile. */
import { Client } from 'pg';
import type { DbLog } from './pool.ts';

const CHANNEL = 'cfdi_events';
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export interface EventListener {
  /** Returns how to stop. The connection is opened with the first listener. */
  add(listener: (hint: { tenantId: string }) => void): () => void;
  close(): Promise<void>;
}

export function createEventListener(options: { connectionString: string; log: DbLog }): EventListener {
  const listeners = new Set<(hint: { tenantId: string }) => void>();
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  const keepListening = async (): Promise<void> => {
    let waitMs = FIRST_WAIT_MS;
    while (!closing.signal.aborted) {
      try {
        await listenUntilLost(options.connectionString, closing.signal, {
          onReady: () => (waitMs = FIRST_WAIT_MS),
          onHint: (tenantId) => listeners.forEach((listener) => listener({ tenantId })),
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown';
        options.log.warn({ error: reason, retryInMs: waitMs }, 'lost the connection that listens for events');
      }
      await pause(waitMs, closing.signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  };

  return {
    add(listener) {
      listeners.add(listener);
      running ??= keepListening();
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Resolves when asked to stop; rejects when the connection is lost. */
async function listenUntilLost(
  connectionString: string,
  stop: AbortSignal,
  on: { onReady: () => void; onHint: (tenantId: string) => void },
): Promise<void> {
  const client = new Client({
    connectionString,
    application_name: 'cfdi-live-listen',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  const lost = new Promise<never>((_resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the connection ended')));
  });
  // It may be lost while nobody awaits it yet.
  lost.catch(() => undefined);
  client.on('notification', ({ payload }) => {
    if (payload !== undefined) on.onHint(payload);
  });
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    on.onReady();
    await Promise.race([lost, aborted(stop)]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    const stopped = () => {
      clearTimeout(timer);
      resolve();
    };
    stop.addEventListener('abort', stopped, { once: true });
  });
}
