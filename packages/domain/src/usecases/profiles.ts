/** Fiscal identities of a tenant. Ids are bare UUIDs; null: no such profile here. */
import { parseRfc } from '@cfdi-live/cfdi';
import {
  newUuid,
  type FieldError,
  type ProfileFacts,
  type ProfileInput,
  type ProfileListQuery,
  type UpdateProfile,
} from '@cfdi-live/contract';
import type { CreateProfileResult, DeleteProfileResult, UpdateProfileResult } from '../ports-profiles.ts';
import type { Page, ProfileRow } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { checkProfile } from '../preflight/profile.ts';
import { actorOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** SAT would refuse an invoice made out to it. */
interface ProfileInvalid {
  kind: 'profile_invalid';
  errors: FieldError[];
}

export type CreateProfileOutcome = CreateProfileResult | ProfileInvalid;

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
  query: ProfileListQuery,
): Promise<Page<ProfileRow>> {
  const parsed = query.rfc === undefined ? null : parseRfc(query.rfc);
  // Found by any spelling in which it could have been given.
  const spelled = parsed?.ok === true ? { ...query, rfc: parsed.rfc } : query;
  return deps.database.withTenant(principal, (tx) => tx.profiles.list(spelled));
}

export type UpdateProfileOutcome = UpdateProfileResult | ProfileInvalid | { kind: 'not_found' };

/** Changes what is given; the rules are those of the whole profile. Tasks keep the profile that they were made with. */
export async function updateProfile(
  deps: Deps,
  principal: Principal,
  profileId: string,
  input: UpdateProfile,
): Promise<UpdateProfileOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<UpdateProfileOutcome> => {
    const before = await tx.profiles.hold(profileId);
    if (before === null) return { kind: 'not_found' };
    const checked = checkProfile(changedFacts(before, input));
    if (!checked.ok) return { kind: 'profile_invalid', errors: checked.errors };
    const externalId = input.externalId === undefined ? before.externalId : input.externalId;
    const result = await tx.profiles.update(profileId, { ...checked.profile, externalId });
    if (result.kind === 'updated') {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'profile.changed',
        subject: { type: 'profile', id: profileId },
        details: { fields: Object.keys(input).toSorted() },
      });
    }
    return result;
  });
}

function changedFacts(before: ProfileRow, { companyDetails, ...input }: UpdateProfile): ProfileFacts {
  const details = companyDetails === undefined ? before.companyDetails : (companyDetails ?? undefined);
  return {
    rfc: input.rfc ?? before.rfc,
    fullName: input.fullName ?? before.fullName,
    fiscalRegime: input.fiscalRegime ?? before.fiscalRegime,
    postalCode: input.postalCode ?? before.postalCode,
    cfdiUse: input.cfdiUse ?? before.cfdiUse,
    email: input.email ?? before.email,
    ...(details === undefined ? {} : { companyDetails: details }),
  };
}

/**
 * Ends a profile and its credentials. With `erase`, for a person who asks to be forgotten, its tasks forget the person
 * too. Without, they keep the profile that they were made with, and can no longer be found by it.
 */
export async function deleteProfile(
  deps: Deps,
  principal: Principal,
  profileId: string,
  options: { erase: boolean },
): Promise<DeleteProfileResult> {
  return deps.database.withTenant(principal, async (tx) => {
    const result = await tx.profiles.delete(profileId, options);
    if (result.kind === 'deleted') {
      await tx.audit.add({
        actor: actorOf(principal),
        action: options.erase ? 'profile.erased' : 'profile.deleted',
        subject: { type: 'profile', id: profileId },
        details: { tasksErased: result.tasksErased },
      });
    }
    return result;
  });
}
