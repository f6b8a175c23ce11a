/** Members: the people of a tenant. They are of no mode. Ids are bare UUIDs; null: no such member here. */
import { SCOPES, type ListQuery, type MemberRole } from '@cfdi-live/contract';
import type { MemberRow } from '../ports-access.ts';
import type { Page } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export async function listMembers(
  deps: Deps,
  principal: Principal,
  query: ListQuery,
): Promise<Page<MemberRow>> {
  return deps.database.withTenant(principal, (tx) => tx.members.list(query));
}

type Refusal =
  /** A key that has not every scope in live mode: a person would have more than it. */
  | { kind: 'key_too_weak' }
  /** Only owners make and unmake owners. */
  | { kind: 'needs_owner' }
  /** A tenant is never left without an owner. */
  | { kind: 'last_owner' }
  | { kind: 'not_found' };

export type AddMemberOutcome =
  | { kind: 'added'; member: MemberRow }
  | { kind: 'already_member' }
  | Extract<Refusal, { kind: 'key_too_weak' | 'needs_owner' }>;

export async function addMember(
  deps: Deps,
  principal: Principal,
  { userId, role }: { userId: string; role: MemberRole },
): Promise<AddMemberOutcome> {
  const standing = standingOf(principal);
  if (standing === null) return { kind: 'key_too_weak' };
  return deps.database.withTenant(principal, async (tx): Promise<AddMemberOutcome> => {
    const owners = await tx.members.holdOwners();
    if (role === 'owner' && !mayMakeOwners(standing, owners)) return { kind: 'needs_owner' };
    const member = await tx.members.add({ userId, role, invitedBy: actorOf(principal) });
    if (member === null) return { kind: 'already_member' };
    await audit(tx, principal, 'added', member, { role });
    return { kind: 'added', member };
  });
}

export type ChangeMemberOutcome = { kind: 'changed'; member: MemberRow } | Refusal;

export async function changeMember(
  deps: Deps,
  principal: Principal,
  memberId: string,
  role: MemberRole,
): Promise<ChangeMemberOutcome> {
  const standing = standingOf(principal);
  if (standing === null) return { kind: 'key_too_weak' };
  return deps.database.withTenant(principal, async (tx): Promise<ChangeMemberOutcome> => {
    const owners = await tx.members.holdOwners();
    const before = await tx.members.get(memberId);
    if (before === null) return { kind: 'not_found' };
    const touchesOwners = before.role === 'owner' || role === 'owner';
    if (touchesOwners && !mayMakeOwners(standing, owners)) return { kind: 'needs_owner' };
    if (before.role === 'owner' && role !== 'owner' && owners === 1) return { kind: 'last_owner' };
    const member = await tx.members.changeRole(memberId, role);
    if (member === null) return { kind: 'not_found' };
    await audit(tx, principal, 'changed', member, { from: before.role, to: role });
    return { kind: 'changed', member };
  });
}

export type RemoveMemberOutcome = { kind: 'removed' } | Refusal;

export async function removeMember(
  deps: Deps,
  principal: Principal,
  memberId: string,
): Promise<RemoveMemberOutcome> {
  const standing = standingOf(principal);
  if (standing === null) return { kind: 'key_too_weak' };
  return deps.database.withTenant(principal, async (tx): Promise<RemoveMemberOutcome> => {
    const owners = await tx.members.holdOwners();
    const member = await tx.members.get(memberId);
    if (member === null) return { kind: 'not_found' };
    if (member.role === 'owner' && standing !== 'owner') return { kind: 'needs_owner' };
    if (member.role === 'owner' && owners === 1) return { kind: 'last_owner' };
    await tx.members.remove(memberId);
    await audit(tx, principal, 'removed', member, { role: member.role });
    return { kind: 'removed' };
  });
}

/**
 * As whom somebody changes members; null: as nobody. A key stands where an admin stands, and only if it has every scope in
 * live mode: else it could add a person who may do more than itself.
 */
function standingOf(principal: Principal): 'owner' | 'admin' | null {
  switch (principal.kind) {
    case 'member':
      return principal.role === 'viewer' ? null : principal.role;
    case 'api_key':
      return principal.mode === 'live' && SCOPES.every((scope) => principal.scopes.includes(scope))
        ? 'admin'
        : null;
    case 'live_token':
      return null;
  }
}

/** A tenant that was made without people gets its first owner from an admin. */
function mayMakeOwners(standing: 'owner' | 'admin', owners: number): boolean {
  return standing === 'owner' || owners === 0;
}

function audit(
  tx: TenantTx,
  principal: Principal,
  verb: 'added' | 'changed' | 'removed',
  member: MemberRow,
  details: Record<string, unknown>,
): Promise<void> {
  return tx.audit.add({
    actor: actorOf(principal),
    action: `member.${verb}`,
    subject: { type: 'member', id: member.id },
    details: { userId: member.userId, ...details },
  });
}
