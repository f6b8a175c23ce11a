/** One LISTEN per process, on a connection of its own that comes back by itself. Hints may be lost meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { DbLog } from './pool.ts';

const CHANNEL = 'cfdi_events';
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

type Listener = (hint: { tenantId: string }) => void;

export interface EventListener {
  /** Returns how to stop. The connection is opened with the first listener. */
  add(listener: Listener): () => void;
  close(): Promise<void>;
}

export function createEventListener(options: { connectionString: string; log: DbLog }): EventListener {
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  let client: Client | undefined;
  let running: Promise<void> | undefined;

  /** Resolves when a connection that listened is over. */
  const listenOnce = async (): Promise<void> => {
    const own = new Client({
      connectionString: options.connectionString,
      application_name: 'cfdi-live-listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client = own;
    const over = new Promise<void>((resolve) => own.once('end', resolve));
    // The end that follows an error is what counts; without a listener the error would end the process.
    own.on('error', () => undefined);
    own.on('notification', ({ payload }) => {
      if (payload !== undefined) listeners.forEach((listener) => listener({ tenantId: payload }));
    });
    try {
      await own.connect();
      await own.query(`listen ${CHANNEL}`);
    } catch (error) {
      await own.end().catch(() => undefined);
      throw error;
    }
    await over;
  };

  const keepListening = async (): Promise<void> => {
    for (
      let waitMs = FIRST_WAIT_MS;
      !closing.signal.aborted;
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    ) {
      try {
        await listenOnce();
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        options.log.warn(
          { error: error instanceof Error ? error.message : 'unknown' },
          'cannot listen for events',
        );
      }
      // An aborted wait is the end of waiting.
      await delay(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
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
      await client?.end().catch(() => undefined);
      await running;
    },
  };
}
