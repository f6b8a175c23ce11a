/** API keys: made, rotated and ended by keys and people of the tenant. Ids are bare UUIDs; null: no such key here. */
import type { ListQuery, Mode, Scope } from '@cfdi-live/contract';
import type { ManagedApiKeyRow, NewlyIssuedKey, RotateApiKeyResult } from '../ports-access.ts';
import type { Page } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Clock, Database } from '../ports-system.ts';
import { actorOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** What a caller may not hand on, because it has not got it itself. */
export type BeyondCaller =
  | { kind: 'scopes_exceeded'; scopes: Scope[] }
  /** A key is of the mode that it is made in. */
  | { kind: 'mode_exceeded' };

export type CreateApiKeyOutcome =
  | ({ kind: 'created' } & NewlyIssuedKey)
  | BeyondCaller
  /** It would be over before it began. */
  | { kind: 'expires_in_the_past' };

export async function createApiKey(
  deps: Deps & { clock: Clock },
  principal: Principal,
  input: {
    name: string;
    mode?: Mode | undefined;
    scopes: readonly Scope[];
    expiresAt?: Date | null | undefined;
  },
): Promise<CreateApiKeyOutcome> {
  if (input.mode !== undefined && input.mode !== principal.mode) return { kind: 'mode_exceeded' };
  const exceeding = beyond(principal, input.scopes);
  if (exceeding.length > 0) return { kind: 'scopes_exceeded', scopes: exceeding };
  const expiresAt = input.expiresAt ?? null;
  if (!isAhead(expiresAt, deps.clock)) return { kind: 'expires_in_the_past' };
  return deps.database.withTenant(principal, async (tx) => {
    const scopes = Array.from(new Set(input.scopes));
    const issued = await tx.apiKeys.create({ name: input.name, scopes, expiresAt });
    await audit(tx, principal, 'created', issued.row.id, { scopes });
    return { kind: 'created' as const, ...issued };
  });
}

export async function getApiKey(
  deps: Deps,
  principal: Principal,
  keyId: string,
): Promise<ManagedApiKeyRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.apiKeys.get(keyId));
}

export async function listApiKeys(
  deps: Deps,
  principal: Principal,
  query: ListQuery,
): Promise<Page<ManagedApiKeyRow>> {
  return deps.database.withTenant(principal, (tx) => tx.apiKeys.list(query));
}

export async function renameApiKey(
  deps: Deps,
  principal: Principal,
  keyId: string,
  name: string,
): Promise<ManagedApiKeyRow | null> {
  return deps.database.withTenant(principal, async (tx) => {
    const row = await tx.apiKeys.rename(keyId, name);
    if (row !== null) await audit(tx, principal, 'changed', keyId, {});
    return row;
  });
}

export type RotateApiKeyOutcome =
  RotateApiKeyResult | Extract<BeyondCaller, { kind: 'scopes_exceeded' }> | { kind: 'expires_in_the_past' };

/** A second key beside the first, for as long as the overlap; never a third. */
export async function rotateApiKey(
  deps: Deps & { clock: Clock },
  principal: Principal,
  keyId: string,
  input: { overlapSeconds: number; expiresAt?: Date | null | undefined },
): Promise<RotateApiKeyOutcome> {
  const { overlapSeconds, expiresAt } = input;
  if (!isAhead(expiresAt ?? null, deps.clock)) return { kind: 'expires_in_the_past' };
  return deps.database.withTenant(principal, async (tx): Promise<RotateApiKeyOutcome> => {
    const old = await tx.apiKeys.get(keyId);
    if (old === null) return { kind: 'not_found' };
    const exceeding = beyond(principal, old.scopes);
    if (exceeding.length > 0) return { kind: 'scopes_exceeded', scopes: exceeding };
    const result = await tx.apiKeys.rotate(keyId, { overlapSeconds, expiresAt });
    if (result.kind === 'rotated') {
      await audit(tx, principal, 'rotated', keyId, { successor: result.row.id, overlapSeconds });
    }
    return result;
  });
}

/** Ends a key for good. Safe to repeat. False: no such key here. */
export async function revokeApiKey(deps: Deps, principal: Principal, keyId: string): Promise<boolean> {
  return deps.database.withTenant(principal, async (tx) => {
    const result = await tx.apiKeys.revoke(keyId);
    if (result === 'revoked') await audit(tx, principal, 'revoked', keyId, {});
    return result !== 'not_found';
  });
}

/** Scopes that the caller cannot give, for it has not got them. A member may give every one. */
function beyond(principal: Principal, scopes: readonly Scope[]): Scope[] {
  if (principal.kind === 'member') return [];
  const own: readonly Scope[] = principal.kind === 'api_key' ? principal.scopes : [];
  return scopes.filter((scope) => !own.includes(scope));
}

function isAhead(time: Date | null, clock: Clock): boolean {
  return time === null || time > clock.now();
}

function audit(
  tx: TenantTx,
  principal: Principal,
  verb: 'created' | 'changed' | 'rotated' | 'revoked',
  keyId: string,
  details: Record<string, unknown>,
): Promise<void> {
  return tx.audit.add({
    actor: actorOf(principal),
    action: `api_key.${verb}`,
    subject: { type: 'api_key', id: keyId },
    details,
  });
}
