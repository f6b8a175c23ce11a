/** The database as the rest of the product sees it: every transaction runs as one tenant, or by the system's functions. */
import type { Database, TenantScope } from '@cfdi-live/domain';
import { createKeyCache } from './crypto/key-cache.ts';
import type { KeyRing } from './crypto/key-ring.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import { createEventListener } from './listen.ts';
import { createPool, type DbLog, type Sql } from './pool.ts';
import { createRepeatableRequests } from './repeatable-requests.ts';
import { createSharedTransactions } from './shared-transactions.ts';
import { createSystemStore } from './stores/system.ts';
import { inTenantTransaction } from './tenant-transaction.ts';

export interface DatabaseOptions {
  /** postgres:// URL of `role`; a transaction pooler is fine. */
  connectionString: string;
  /** The login that the process runs as; `ping` refuses any other, above all one that row-level security passes over. */
  role: 'cfdi_api' | 'cfdi_worker';
  keyRing: KeyRing;
  /** A direct or session connection for LISTEN; default `connectionString`. */
  listenConnectionString?: string;
  /** Default 10. */
  maxConnections?: number;
  log: DbLog;
}

/** `Database` with what files and commands need beside it. */
export interface PgDatabase extends Database {
  /** A tenant's keys, to encrypt what is kept outside the database. */
  tenantKeys(scope: TenantScope): Promise<TenantKeys>;
  /** Runs a statement of rate-limiter-flexible on its table, `app.rate_limits`; without the name that it would prepare it by. */
  countRequests(statement: { text: string; values: unknown[] }): Promise<{ rows: object[] }>;
}

/**
 * Opens the database. Nothing connects before the first call; what cannot be reached throws `DatabaseUnavailable`.
 * Inside `withTenant`, events are appended last, whenever they were noted.
 */
export function createDatabase(options: DatabaseOptions): PgDatabase {
  const pool = createPool({
    connectionString: options.connectionString,
    maxConnections: options.maxConnections ?? 10,
    applicationName: options.role,
    log: options.log,
  });
  const listener = createEventListener({
    connectionString: options.listenConnectionString ?? options.connectionString,
    log: options.log,
  });
  const cache = createKeyCache(options.keyRing);
  const tenantKeys = async (scope: TenantScope): Promise<TenantKeys> =>
    cache.peek(scope.tenantId) ?? (await inTenantTransaction(pool, cache, scope, async ({ keys }) => keys));
  const shared = createSharedTransactions(pool, cache);
  const database: PgDatabase = {
    withTenant: (scope, work) => inTenantTransaction(pool, cache, scope, ({ tx }) => work(tx)),
    async withTenantShared(scope, work) {
      const joined = await shared.join(scope, null, work);
      if (joined.kind !== 'done') return database.withTenant(scope, work);
      await joined.part?.settle(null);
      return joined.value;
    },
    ...createRepeatableRequests({ pool, cache, shared, plain: () => database }),
    system: createSystemStore({ sql: pool, keysOf: tenantKeys, keyRing: options.keyRing, log: options.log }),
    tenantKeys,
    countRequests: async ({ text, values }) => ({ rows: await pool.query(text, values) }),
    onEvents: (listen) => listener.add(listen),
    onAccessChange: (listen) => listener.addAccess(listen),
    ping: () => checkLogin(pool, options.role),
    async close() {
      await listener.close();
      await pool.close();
      cache.clear();
    },
  };
  return database;
}

async function checkLogin(sql: Sql, role: DatabaseOptions['role']): Promise<void> {
  const [login] = await sql.query<{ name: string; unbound: boolean }>(
    `select rolname as name, rolsuper or rolbypassrls as unbound from pg_catalog.pg_roles where rolname = session_user`,
    [],
  );
  if (login?.name !== role || login.unbound) {
    throw new Error(
      `the database was to be used as ${role}, but the URL logs in as ${login?.name ?? 'nobody'}`,
    );
  }
}
