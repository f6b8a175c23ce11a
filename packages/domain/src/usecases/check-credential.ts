import type { FieldError } from '@cfdi-live/contract';
import type { TenantTx } from '../ports-stores.ts';
import { vendorDomain } from './credentials.ts';

export type CredentialRefusal =
  | { kind: 'credential_not_found' }
  /** It is another profile's login, or for another vendor. */
  | { kind: 'credential_of_other_profile' | 'credential_of_other_vendor'; errors: FieldError[] };

/** Whether a task may use the login that it names: its profile's own, for its own vendor. Null: it may, or names none. */
export async function checkCredential(
  tx: TenantTx,
  task: { credentialId?: string | undefined; profileId?: string | undefined; vendorUrl: string },
): Promise<CredentialRefusal | null> {
  if (task.credentialId === undefined) return null;
  const credential = await tx.credentials.get(task.credentialId);
  if (credential === null) return { kind: 'credential_not_found' };
  if (credential.profileId !== task.profileId) {
    const message = "The credential belongs to another profile than the task's.";
    return {
      kind: 'credential_of_other_profile',
      errors: [{ path: 'credentialId', code: 'other_profile', message }],
    };
  }
  if (credential.vendorDomain !== vendorDomain(task.vendorUrl)) {
    const message = `The credential is for ${credential.vendorDomain} alone.`;
    return {
      kind: 'credential_of_other_vendor',
      errors: [{ path: 'credentialId', code: 'other_vendor', message }],
    };
  }
  return null;
}
