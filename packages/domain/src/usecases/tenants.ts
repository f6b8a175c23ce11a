/** Tenants: signing up, and reading and naming one's own. */
import type { ListQuery } from '@cfdi-live/contract';
import type { MembershipRow, SignUpResult, TenantRow } from '../ports-access.ts';
import type { Page } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type Person, type Principal } from '../principal.ts';

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

export async function renameTenant(
  deps: Deps,
  principal: Principal,
  name: string,
): Promise<SeenTenant | null> {
  const tenant = await deps.database.withTenant(principal, async (tx) => {
    const renamed = await tx.tenant.rename(name);
    if (renamed !== null) {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'tenant.changed',
        subject: { type: 'tenant', id: principal.tenantId },
      });
    }
    return renamed;
  });
  return tenant === null ? null : { ...tenant, role: roleOf(principal) };
}

function roleOf(principal: Principal): MembershipRow['role'] | null {
  return principal.kind === 'member' ? principal.role : null;
}
