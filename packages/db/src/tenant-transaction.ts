/** A transaction of one tenant and mode: its role and claims, its stores, its events. */
import { MODES } from '@cfdi-live/contract';
import type { TenantScope, TenantTx } from '@cfdi-live/domain';
import type { KeyCache } from './crypto/key-cache.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import type { Sql, SqlPool, Statement, Transaction } from './pool.ts';
import { createApiKeyStore } from './stores/api-keys.ts';
import { createArtifactStore } from './stores/artifacts.ts';
import { createAuditStore } from './stores/audit.ts';
import { createCfdiStore } from './stores/cfdis.ts';
import { createControlStore } from './stores/control.ts';
import { createCredentialStore } from './stores/credentials.ts';
import { appendEvents, createEventStore, type NotedEvent } from './stores/events.ts';
import { createInboxStore } from './stores/inbox.ts';
import { createLiveTokenStore } from './stores/live-tokens.ts';
import { createMemberStore, createTenantStore } from './stores/members.ts';
import { createParkingStore } from './stores/parking.ts';
import { createProfileStore } from './stores/profiles.ts';
import { createSessionStore } from './stores/sessions.ts';
import { createTaskStore } from './stores/tasks.ts';
import { createTicketStore } from './stores/tickets.ts';
import { createUsageStore } from './stores/usage.ts';
import { createVendorStore } from './stores/vendors.ts';
import { createWebhookStore } from './stores/webhooks.ts';
import type { TenantContext } from './tenant-context.ts';
import { makeAlone } from './wanted-tasks.ts';

export interface TenantTransaction {
  sql: Sql;
  keys: TenantKeys;
  tx: TenantTx;
  /** Does a part of the work for itself: what it throws undoes that part and its events. */
  part<T>(work: () => Promise<T>): Promise<T>;
  /** Commits, with `last` and then the events that were noted as its last statements. */
  commit(last?: readonly Statement[]): Promise<void>;
  /** Never throws. */
  rollback(): Promise<void>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Role and claims hold until the transaction ends, and no longer: the next user of the connection finds neither. */
function contextOf({ tenantId, mode }: TenantScope): Statement[] {
  if (!UUID.test(tenantId) || !MODES.includes(mode)) throw new TypeError('not the scope of a tenant');
  return [
    [
      `select set_config('role', 'cfdi_tenant', true), set_config('app.tenant_id', $1, true), set_config('app.mode', $2, true)`,
      [tenantId, mode],
    ],
  ];
}

/** A transaction as that tenant, and the tenant's keys: what its stores are made of. */
export async function openAsTenant(
  pool: SqlPool,
  cache: KeyCache,
  scope: TenantScope,
): Promise<{ transaction: Transaction; keys: TenantKeys }> {
  const transaction = await pool.open(contextOf(scope));
  try {
    return { transaction, keys: await cache.get(scope.tenantId, transaction) };
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

export async function openTenantTransaction(
  pool: SqlPool,
  cache: KeyCache,
  scope: TenantScope,
): Promise<TenantTransaction> {
  const { transaction, keys } = await openAsTenant(pool, cache, scope);
  const noted: NotedEvent[] = [];
  return {
    sql: transaction,
    keys,
    tx: storesOf({
      scope,
      sql: transaction,
      keys,
      emit: (event) => noted.push(event),
      makeTask: makeAlone(transaction),
      requestKey: null,
    }),
    async part(work) {
      const before = noted.length;
      try {
        return await transaction.part(work);
      } catch (error) {
        noted.length = before;
        throw error;
      }
    },
    commit: (last = []) => transaction.commit([...last, ...appendEvents(noted)]),
    rollback: () => transaction.rollback(),
  };
}

export async function inTenantTransaction<T>(
  pool: SqlPool,
  cache: KeyCache,
  scope: TenantScope,
  work: (transaction: TenantTransaction) => Promise<T>,
): Promise<T> {
  const transaction = await openTenantTransaction(pool, cache, scope);
  try {
    const result = await work(transaction);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

export function storesOf(context: TenantContext): TenantTx {
  return {
    profiles: createProfileStore(context),
    credentials: createCredentialStore(context),
    vendors: createVendorStore(context),
    tasks: createTaskStore(context),
    tickets: createTicketStore(context),
    sessions: createSessionStore(context),
    parking: createParkingStore(context),
    control: createControlStore(context),
    artifacts: createArtifactStore(context),
    cfdis: createCfdiStore(context),
    inbox: createInboxStore(context),
    events: createEventStore(context),
    webhooks: createWebhookStore(context),
    usage: createUsageStore(context),
    audit: createAuditStore(context),
    tenant: createTenantStore(context),
    members: createMemberStore(context),
    apiKeys: createApiKeyStore(context),
    liveTokens: createLiveTokenStore(context),
  };
}
