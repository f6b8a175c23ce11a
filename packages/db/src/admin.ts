/** Provisioning: tenants, their keys and their API keys, for commands, the local stack and tests. */
import { newUuid, type Mode } from '@cfdi-live/contract';
import { SCOPES, type Scope, type TenantLimits, type VendorRow } from '@cfdi-live/domain';
import { generateApiKey } from './api-keys.ts';
import type { KeyRing } from './crypto/key-ring.ts';
import { newWrappedKeys } from './crypto/tenant-keys.ts';
import { createPool, type DbLog, type Statement } from './pool.ts';
import { syncVendors } from './stores/vendors.ts';

export interface NewTenant {
  name: string;
  /** Default `standard`. `unlimited` has no limits at all. */
  plan?: 'standard' | 'unlimited';
  /** In place of the plan's defaults. */
  limits?: TenantLimits;
}

export interface NewApiKey {
  tenantId: string;
  mode: Mode;
  name: string;
  /** Default: every scope. */
  scopes?: readonly Scope[];
  expiresAt?: Date;
}

export interface Admin {
  createTenant(input: NewTenant): Promise<{ id: string }>;
  /** `key` is shown here and never again. */
  createApiKey(input: NewApiKey): Promise<{ id: string; key: string }>;
  /** False: there is no such key, or it is revoked already. */
  revokeApiKey(id: string): Promise<boolean>;
  /** Makes the directory hold these vendors, and no others of their kind; those it held before are retired. */
  syncVendors(input: { sandbox: boolean; vendors: readonly VendorRow[] }): Promise<void>;
  close(): Promise<void>;
}

const AS_SYSTEM: readonly Statement[] = [['set local role cfdi_system', []]];

/** `connectionString` is of a role that may act as `cfdi_system`: the one that migrates. */
export function createAdmin(options: { connectionString: string; keyRing: KeyRing; log?: DbLog }): Admin {
  const pool = createPool({
    connectionString: options.connectionString,
    maxConnections: 2,
    applicationName: 'cfdi-live-admin',
    log: options.log ?? { warn: () => undefined },
  });
  return {
    createTenant: (input) =>
      pool.transaction(AS_SYSTEM, async (sql) => {
        const id = newUuid();
        await sql.query('insert into public.tenants (id, name, plan, limits) values ($1, $2, $3, $4)', [
          id,
          input.name,
          input.plan ?? 'standard',
          JSON.stringify(input.limits ?? {}),
        ]);
        for (const key of newWrappedKeys(options.keyRing, id)) {
          await sql.query(
            'insert into public.tenant_keys (tenant_id, purpose, version, wrapped_key) values ($1, $2, $3, $4)',
            [id, key.purpose, key.version, key.wrapped_key],
          );
        }
        await sql.query('insert into public.tenant_event_counters (tenant_id) values ($1)', [id]);
        return { id };
      }),
    createApiKey: (input) =>
      pool.transaction(AS_SYSTEM, async (sql) => {
        const { key, keyId, secretHash } = generateApiKey({ mode: input.mode });
        await sql.query(
          `insert into public.api_keys (id, tenant_id, mode, name, secret_hash, scopes, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            keyId,
            input.tenantId,
            input.mode,
            input.name,
            secretHash,
            input.scopes ?? SCOPES,
            input.expiresAt ?? null,
          ],
        );
        return { id: keyId, key };
      }),
    revokeApiKey: (id) =>
      pool.transaction(AS_SYSTEM, async (sql) => {
        const revoked = await sql.query(
          'update public.api_keys set revoked_at = app.now() where id = $1 and revoked_at is null returning id',
          [id],
        );
        return revoked.length > 0;
      }),
    syncVendors: (input) => pool.transaction(AS_SYSTEM, (sql) => syncVendors(sql, input)),
    close: () => pool.close(),
  };
}
