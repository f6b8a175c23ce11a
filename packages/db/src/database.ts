/** The database as the rest of the product sees it: every transaction runs as one tenant, or by the system's functions. */
import { MODES, type EventType } from '@cfdi-live/contract';
import type { Database, TenantScope, TenantTx } from '@cfdi-live/domain';
import { createKeyCache, type KeyCache } from './crypto/key-cache.ts';
import type { KeyRing } from './crypto/key-ring.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import { createEventListener } from './listen.ts';
import { createPool, type DbLog, type Sql, type SqlPool } from './pool.ts';
import { createApiKeyStore } from './stores/api-keys.ts';
import { createAuditStore } from './stores/audit.ts';
import { createArtifactStore } from './stores/artifacts.ts';
import { createCredentialStore } from './stores/credentials.ts';
import { createCfdiStore } from './stores/cfdis.ts';
import { createEventStore, flushEvents } from './stores/events.ts';
import { createLiveTokenStore } from './stores/live-tokens.ts';
import { createMemberStore, createTenantStore } from './stores/members.ts';
import { createProfileStore } from './stores/profiles.ts';
import { createSessionStore } from './stores/sessions.ts';
import { createSystemStore } from './stores/system.ts';
import { createTaskStore } from './stores/tasks.ts';
import { createTicketStore } from './stores/tickets.ts';
import { createWebhookStore } from './stores/webhooks.ts';
import type { TenantContext } from './tenant-context.ts';

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
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    cache.peek(scope.tenantId) ??
    (await pool.transaction(beginAs(scope), (sql) => cache.get(scope.tenantId, sql)));
  return {
    withTenant: (scope, work) => withTenant(pool, cache, scope, work),
    system: createSystemStore({ sql: pool, keysOf: tenantKeys, keyRing: options.keyRing, log: options.log }),
    tenantKeys,
    onEvents: (listen) => listener.add(listen),
    onAccessChange: (listen) => listener.addAccess(listen),
    ping: () => checkLogin(pool, options.role),
    async close() {
      await listener.close();
      await pool.close();
      cache.clear();
    },
  };
}

/** Role and claims hold until the transaction ends, and no longer: the next user of the connection finds neither. */
function beginAs({ tenantId, mode }: TenantScope): string {
  // Several statements in one round trip take no parameters, so nothing else than a UUID and a mode may pass here.
  if (!UUID.test(tenantId) || !MODES.includes(mode)) throw new TypeError('not the scope of a tenant');
  return `begin; set local role cfdi_tenant; set local app.tenant_id = '${tenantId}'; set local app.mode = '${mode}'`;
}

async function withTenant<T>(
  pool: SqlPool,
  cache: KeyCache,
  scope: TenantScope,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  return pool.transaction(beginAs(scope), async (sql) => {
    const noted: { type: EventType; taskId: string; data: unknown }[] = [];
    const keys = await cache.get(scope.tenantId, sql);
    const result = await work(storesOf({ scope, sql, keys, emit: (event) => noted.push(event) }));
    await flushEvents(sql, noted);
    return result;
  });
}

function storesOf(context: TenantContext): TenantTx {
  return {
    profiles: createProfileStore(context),
    credentials: createCredentialStore(context),
    tasks: createTaskStore(context),
    tickets: createTicketStore(context),
    sessions: createSessionStore(context),
    artifacts: createArtifactStore(context),
    cfdis: createCfdiStore(context),
    events: createEventStore(context),
    webhooks: createWebhookStore(context),
    audit: createAuditStore(context),
    tenant: createTenantStore(context),
    members: createMemberStore(context),
    apiKeys: createApiKeyStore(context),
    liveTokens: createLiveTokenStore(context),
  };
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
