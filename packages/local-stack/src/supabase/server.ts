import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { likeHosted } from './compat.ts';
import { openLite, type LiteOptions } from './lite.ts';

/**
 * `databaseUrl` is a database of its own, by a superuser: never the product's, whose tables Lite would grant to
 * everyone. `jwtSecret` has 32 characters or more; the keys begin with `sb_publishable_` and `sb_secret_`.
 */
export interface SupabaseOptions extends LiteOptions {
  /** 0, the default, takes any free port on 127.0.0.1. */
  port?: number;
}

export interface RunningSupabase {
  /** What `createClient` of `@supabase/supabase-js` takes. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Serves Supabase's `/auth/v1` and `/storage/v1` on loopback, for the unmodified `@supabase/supabase-js` (which on
 * Node 20 wants `realtime: { transport: ws }`).
 */
export async function startSupabase(options: SupabaseOptions): Promise<RunningSupabase> {
  const lite = await openLite(options);
  const fetch = likeHosted(lite.fetch, options);
  const answer = getRequestListener(fetch);
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  try {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await warmUp(fetch, url, options.secretKey);
    return {
      url,
      stop: async () => {
        await close(server);
        await lite.close();
      },
    };
  } catch (error) {
    await close(server);
    await lite.close();
    throw error;
  }
}

/** The first request makes Lite finish its set-up, and shows whether it works at all. */
async function warmUp(
  fetch: (request: Request) => Promise<Response>,
  url: string,
  apikey: string,
): Promise<void> {
  const headers = { apikey, authorization: `Bearer ${apikey}` };
  const response = await fetch(new Request(`${url}/storage/v1/bucket`, { headers }));
  if (!response.ok)
    throw new Error(`Supabase's Storage does not answer: ${response.status} ${await response.text()}`);
}

async function close(server: ReturnType<typeof createServer>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
