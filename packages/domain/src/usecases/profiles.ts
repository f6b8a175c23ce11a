/** Fiscal identities of a tenant. Ids are bare UUIDs; null: no such profile here. */
import { newUuid, type FieldError, type ListQuery, type ProfileInput } from '@cfdi-live/contract';
import type { Page, ProfileRow } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { checkProfile } from '../preflight/profile.ts';
import type { Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export type CreateProfileOutcome =
  | { kind: 'created'; profile: ProfileRow }
  | { kind: 'profile_invalid'; errors: FieldError[] }
  /** The same RFC with the same externalId (or none) exists. */
  | { kind: 'taken'; profileId: string };

export async function createProfile(
  deps: Deps,
  principal: Principal,
  input: ProfileInput,
): Promise<CreateProfileOutcome> {
  const checked = checkProfile(input);
  if (!checked.ok) return { kind: 'profile_invalid', errors: checked.errors };
  return deps.database.withTenant(principal, (tx) =>
    tx.profiles.create({ ...checked.profile, id: newUuid(), externalId: input.externalId ?? null }),
  );
}

export async function getProfile(
  deps: Deps,
  principal: Principal,
  profileId: string,
): Promise<ProfileRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.profiles.get(profileId));
}

export async function listProfiles(
  deps: Deps,
  principal: Principal,
  query: ListQuery,
): Promise<Page<ProfileRow>> {
  return deps.database.withTenant(principal, (tx) => tx.profiles.list(query));
}
