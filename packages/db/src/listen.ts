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
  const hear: Heard = {
    event: (tenantId) => listeners.forEach((listener) => listener({ tenantId })),
    access: (id) => accessListeners.forEach((listener) => listener(id)),
  };

  const keepListening = async (): Promise<void> => {
    for (
      let waitMs = FIRST_WAIT_MS;
      !closing.signal.aborted;
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    ) {
      try {
        client = new Client({
          connectionString: options.connectionString,
          application_name: 'cfdi-live-listen',
          connectionTimeoutMillis: 5_000,
          keepAlive: true,
        });
        await listenOnce(client, hear);
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

interface Heard {
  event(tenantId: string): void;
  access(id: string | null): void;
}

/** Resolves when the connection that listened is over. */
async function listenOnce(client: Client, heard: Heard): Promise<void> {
  const over = new Promise<void>((resolve) => client.once('end', resolve));
  // The end that follows an error is what counts; without a listener the error would end the process.
  client.on('error', () => undefined);
  client.on('notification', ({ channel, payload }) => {
    if (payload === undefined) return;
    if (channel === EVENTS) heard.event(payload);
    else heard.access(payload);
  });
  try {
    await client.connect();
    await client.query(`listen ${EVENTS}; listen ${ACCESS}`);
    heard.access(null);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  await over;
}
