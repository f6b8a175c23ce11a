import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRole, migrate, openDatabase, prepareDatabase } from '@cfdi-live/db/migrate';
import { createDatabase, databaseUrl, dropDatabase } from '../postgres/admin.ts';
import { startPostgres } from '../postgres/server.ts';

/** A database of one test, with a URL for each role the product uses. */
export interface TestDatabase {
  name: string;
  /** Superuser. */
  adminUrl: string;
  /** Migrates; owns the tables. */
  ownerUrl: string;
  apiUrl: string;
  workerUrl: string;
  drop(): Promise<void>;
}

/**
 * A new database with the product's roles and the stand-in for Supabase's; with `migrate` it also has the
 * tables (a copy of one that the first call migrates).
 */
export type FreshDatabase = (options?: { migrate?: boolean }) => Promise<TestDatabase>;

/** A server of one test file, or one that several share. */
export interface TestPostgres {
  /** Superuser's URL of the database `postgres`. */
  url: string;
  port: number;
  freshDatabase: FreshDatabase;
  /** Calling it twice is harmless. */
  stop(): Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL('../../../../supabase/migrations', import.meta.url));

/** Roles belong to the server, so every database of it knows the same passwords. */
const PASSWORDS = { owner: 'test-owner', api: 'test-api', worker: 'test-worker' };

/**
 * Starts a server of its own in a temp folder, in about 1 s: call it in `beforeAll`, stop it in `afterAll`.
 * Should the test process be killed, the server ends with it.
 *
 * @param options.settings server settings besides those that trade durability for speed
 * @param options.migrationsDir instead of the product's `supabase/migrations`
 */
export async function startTestPostgres(
  options: { settings?: Readonly<Record<string, string>>; migrationsDir?: string } = {},
): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-test-postgres-'));
  await chmod(folder, 0o711); // as root, the server runs as someone else
  const dataDir = path.join(folder, 'data');
  const postgres = await startPostgres({
    dataDir,
    password: 'test',
    stopWithParent: true,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...options.settings },
  });
  let template: Promise<string> | undefined;
  let stopped: Promise<void> | undefined;
  const migratedTemplate = async (): Promise<string> => {
    const adminUrl = await createDatabase(postgres.url, 'migrated_template');
    await prepareDatabase({ adminUrl, passwords: PASSWORDS });
    const ownerUrl = asRole(adminUrl, 'cfdi_owner', PASSWORDS.owner);
    await migrate({ connectionString: ownerUrl, dir: options.migrationsDir ?? MIGRATIONS });
    return 'migrated_template';
  };
  const stop = async (): Promise<void> => {
    const real = await realpath(dataDir); // elsewhere, when the temp folder is closed to the server's user
    await postgres.stop();
    await rm(real, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: postgres.url,
    port: postgres.port,
    freshDatabase: async ({ migrate: migrated = false } = {}) => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      const from = migrated ? { template: await (template ??= migratedTemplate()) } : {};
      const adminUrl = await createDatabase(postgres.url, name, from);
      // A copy takes everything but the grants on the database itself.
      if (migrated) await openDatabase(adminUrl);
      else await prepareDatabase({ adminUrl, passwords: PASSWORDS });
      return {
        name,
        adminUrl,
        ownerUrl: asRole(adminUrl, 'cfdi_owner', PASSWORDS.owner),
        apiUrl: asRole(adminUrl, 'cfdi_api', PASSWORDS.api),
        workerUrl: asRole(adminUrl, 'cfdi_worker', PASSWORDS.worker),
        drop: () => dropDatabase(databaseUrl(postgres.url, 'postgres'), name),
      };
    },
    stop: () => (stopped ??= stop()),
  };
}
