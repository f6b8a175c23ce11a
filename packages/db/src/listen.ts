/** One LISTEN per process, on a connection of its own that comes back by itself. Hints may be lost meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { DbLog } from './pool.ts';

const EVENTS = 'cfdi_events';
const ACCESS = 'cfdi_access';
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

type Listener = (hint: { tenantId: string }) => void;
/** Id of the key, live token or person whose access changed; null: any may have, for hints may have been missed. */
type AccessListener = (id: string | null) => void;

export interface EventListener {
  /** Returns how to stop. The connection is opened with the first listener. */
  add(listener: Listener): () => void;
  addAccess(listener: AccessListener): () => void;
  close(): Promise<void>;
}

export function createEventListener(options: { connectionString: string; log: DbLog }): EventListener {
  const listeners = new Set<Listener>();
  const accessListeners = new Set<AccessListener>();
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
    own.on('notification', ({ channel, payload }) => {
      if (payload === undefined) return;
      if (channel === EVENTS) listeners.forEach((listener) => listener({ tenantId: payload }));
      else accessListeners.forEach((listener) => listener(payload));
    });
    try {
      await own.connect();
      await own.query(`listen ${EVENTS}; listen ${ACCESS}`);
      accessListeners.forEach((listener) => listener(null));
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

  const addTo = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    running ??= keepListening();
    return () => set.delete(listener);
  };

  return {
    add: (listener) => addTo(listeners, listener),
    addAccess: (listener) => addTo(accessListeners, listener),
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
      await running;
    },
  };
}
