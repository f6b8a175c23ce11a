/** Tenants: signing up, and reading and changing one's own. */
import type { ListQuery, UpdateTenant } from '@cfdi-live/contract';
import type { MembershipRow, SignUpResult, TenantRow } from '../ports-access.ts';
import type { ShredTenantResult } from '../ports-tenant-end.ts';
import type { Page } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type MemberPrincipal, type Person, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** A tenant as its caller sees it: `role` is null for an API key. */
export type SeenTenant = TenantRow & { role: MembershipRow['role'] | null };

/** A new tenant, with the person as its owner and a first API key in test mode. */
export async function signUpTenant(deps: Deps, person: Person, name: string): Promise<SignUpResult> {
  return deps.database.system.signUp({ name, userId: person.userId });
}

/** Those of a person; a key sees its own. */
export async function listTenants(
  deps: Deps,
  caller: Person | Principal,
  query: ListQuery,
): Promise<Page<SeenTenant>> {
  if (caller.kind === 'person') return deps.database.system.listMemberships(caller.userId, query);
  const beyondTheOnlyOne = query.after !== undefined || query.before !== undefined;
  const own = beyondTheOnlyOne ? null : await getTenant(deps, caller);
  return { rows: own === null ? [] : [own], hasMore: false, nextCursor: null };
}

/** The caller's own. */
export async function getTenant(deps: Deps, principal: Principal): Promise<SeenTenant | null> {
  const tenant = await deps.database.withTenant(principal, (tx) => tx.tenant.get());
  return tenant === null ? null : { ...tenant, role: roleOf(principal) };
}

/** What is not given stays as it is. */
export async function changeTenant(
  deps: Deps,
  principal: Principal,
  input: UpdateTenant,
): Promise<SeenTenant | null> {
  const tenant = await deps.database.withTenant(principal, async (tx) => {
    const changed = await tx.tenant.change(input);
    if (changed !== null) {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'tenant.changed',
        subject: { type: 'tenant', id: principal.tenantId },
        details: { changed: Object.keys(input) },
      });
    }
    return changed;
  });
  return tenant === null ? null : { ...tenant, role: roleOf(principal) };
}

/**
 * Ends the caller's tenant. `name` repeats its name, so that nobody ends one by mistake. Its keys are destroyed in the
 * same moment: nothing that they encrypted opens again, in the database, in Storage, or in a copy of either that does not
 * hold the keys too.
 */
export async function deleteTenant(
  deps: Deps,
  principal: MemberPrincipal,
  name: string,
): Promise<ShredTenantResult> {
  return deps.database.system.shredTenant({
    tenantId: principal.tenantId,
    name,
    actor: actorOf(principal),
  });
}

function roleOf(principal: Principal): MembershipRow['role'] | null {
  return principal.kind === 'member' ? principal.role : null;
}
