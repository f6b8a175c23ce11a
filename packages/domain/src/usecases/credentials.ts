/** Logins of profiles for vendors' portals. Ids are bare UUIDs; null: no such credential here. */
import {
  newUuid,
  type CreateCredential,
  type CredentialListQuery,
  type FieldError,
  type UpdateCredential,
} from '@cfdi-live/contract';
import type { CreateCredentialResult, CredentialRow, CredentialSecrets } from '../ports-credentials.ts';
import type { Page } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { parseTotpSecret } from '../preflight/totp.ts';
import { actorOf, type Principal } from '../principal.ts';
import { portalHost } from '../ticket-identity.ts';

interface Deps {
  database: Database;
}

/** The secret of one-time codes is none. */
interface TotpInvalid {
  kind: 'totp_invalid';
  errors: FieldError[];
}

const TOTP_INVALID: TotpInvalid = {
  kind: 'totp_invalid',
  errors: [
    {
      path: 'totpSecret',
      code: 'malformed',
      message: 'This is neither a base 32 secret of 80 bits or more nor an otpauth://totp URI.',
    },
  ],
};

export type CreateCredentialOutcome = CreateCredentialResult | TotpInvalid | { kind: 'profile_not_found' };

/** `profileId` is the bare UUID. */
export async function createCredential(
  deps: Deps,
  principal: Principal,
  input: CreateCredential,
): Promise<CreateCredentialOutcome> {
  const totpSecret = input.totpSecret === undefined ? null : parseTotpSecret(input.totpSecret);
  if (input.totpSecret !== undefined && totpSecret === null) return TOTP_INVALID;
  return deps.database.withTenant(principal, async (tx): Promise<CreateCredentialOutcome> => {
    if ((await tx.profiles.keep(input.profileId)) === null) return { kind: 'profile_not_found' };
    const result = await tx.credentials.create({
      id: newUuid(),
      profileId: input.profileId,
      vendorDomain: vendorDomain(input.vendorUrl),
      username: input.username,
      password: input.password ?? null,
      totpSecret,
      additionalFields: input.additionalFields ?? null,
    });
    if (result.kind === 'created') {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'credential.created',
        subject: { type: 'credential', id: result.credential.id },
      });
    }
    return result;
  });
}

/** Which portal a login is for: it is offered to no other. */
export function vendorDomain(vendorUrl: string): string {
  return portalHost(vendorUrl).toLowerCase();
}

export async function getCredential(
  deps: Deps,
  principal: Principal,
  credentialId: string,
): Promise<CredentialRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.credentials.get(credentialId));
}

export async function listCredentials(
  deps: Deps,
  principal: Principal,
  query: CredentialListQuery,
): Promise<Page<CredentialRow>> {
  return deps.database.withTenant(principal, (tx) => tx.credentials.list(query));
}

export type UpdateCredentialOutcome =
  { kind: 'updated'; credential: CredentialRow } | TotpInvalid | { kind: 'not_found' };

export async function updateCredential(
  deps: Deps,
  principal: Principal,
  credentialId: string,
  input: UpdateCredential,
): Promise<UpdateCredentialOutcome> {
  const changes = changedSecrets(input);
  if (changes === null) return TOTP_INVALID;
  return deps.database.withTenant(principal, async (tx): Promise<UpdateCredentialOutcome> => {
    const credential = await tx.credentials.update(credentialId, changes);
    if (credential === null) return { kind: 'not_found' };
    await tx.audit.add({
      actor: actorOf(principal),
      action: 'credential.changed',
      subject: { type: 'credential', id: credentialId },
      details: { fields: Object.keys(input).toSorted() },
    });
    return { kind: 'updated', credential };
  });
}

/** Null: the secret of one-time codes is none. */
function changedSecrets(input: UpdateCredential): Partial<CredentialSecrets> | null {
  const { totpSecret, ...others } = input;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  if (totpSecret === undefined) return given;
  if (totpSecret === null) return { ...given, totpSecret };
  const uri = parseTotpSecret(totpSecret);
  return uri === null ? null : { ...given, totpSecret: uri };
}

/** False: no such credential here. */
export async function deleteCredential(
  deps: Deps,
  principal: Principal,
  credentialId: string,
): Promise<boolean> {
  return deps.database.withTenant(principal, async (tx) => {
    const deleted = await tx.credentials.delete(credentialId);
    if (deleted) {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'credential.deleted',
        subject: { type: 'credential', id: credentialId },
      });
    }
    return deleted;
  });
}
