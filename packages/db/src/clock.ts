/** Lets days pass in the database, for tests of windows and deadlines. */
import { Client } from 'pg';

/**
 * Moves the database's clock `shiftMs` from the real one (0 puts it right), for every connection, until it is moved
 * again. `ownerUrl` is of the role that migrated: nobody else may.
 */
export async function shiftDatabaseClock(ownerUrl: string, shiftMs: number): Promise<void> {
  if (!Number.isFinite(shiftMs)) throw new TypeError('not a time');
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `create or replace function app.now() returns timestamptz language sql volatile parallel safe
         as $$ select clock_timestamp() + interval '${Math.round(shiftMs)} milliseconds' $$`,
    );
  } finally {
    await client.end();
  }
}
