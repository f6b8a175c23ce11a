import { Client } from 'pg';

/**
 * Creates a database unless it is there already, and returns its URL (the same user and server).
 *
 * @param adminUrl any database of the server, by a role that may create databases
 * @param name lower-case letters, digits and _, at most 63
 */
export async function createDatabase(
  adminUrl: string,
  name: string,
  options: { template?: string } = {},
): Promise<string> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const template = options.template === undefined ? '' : ` template ${checkName(options.template)}`;
    await client.query(`create database ${checkName(name)}${template}`);
  } catch (error) {
    // 42P04 duplicate_database; 23505 when two processes create it in the same instant.
    const { code } = error as { code?: string };
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
  return databaseUrl(adminUrl, name);
}

/** Drops a database and whoever is still connected to it; no error when it is gone already. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`drop database if exists ${checkName(name)} with (force)`);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${checkName(name)}`;
  return changed.href;
}

/** Such a name needs no quoting, neither in SQL nor in a URL. */
function checkName(name: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(name)) return name;
  throw new TypeError(`Not a name for a database: ${JSON.stringify(name)}`);
}
