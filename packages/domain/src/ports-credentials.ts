/** Credentials: rows, and the store of one tenant's transaction. */
import type { CredentialListQuery, Mode } from '@cfdi-live/contract';
import type { Page } from './ports-rows.ts';

/** A login as it may be looked at: its secrets stay in the store. */
export interface CredentialRow {
  id: string;
  mode: Mode;
  profileId: string;
  /** Registrable domain of the portal, lower case; host and port where it has none. */
  vendorDomain: string;
  username: string;
  hasPassword: boolean;
  hasTotp: boolean;
  additionalFieldNames: string[];
  lastUsedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Values of a login. `totpSecret` is an otpauth URI. */
export interface CredentialSecrets {
  username: string;
  password: string | null;
  totpSecret: string | null;
  additionalFields: Record<string, string> | null;
}

export type CreateCredentialResult =
  | { kind: 'created'; credential: CredentialRow }
  /** The profile has a login for this vendor. */
  | { kind: 'taken'; credentialId: string };

export interface CredentialStore {
  create(
    input: CredentialSecrets & { id: string; profileId: string; vendorDomain: string },
  ): Promise<CreateCredentialResult>;
  get(id: string): Promise<CredentialRow | null>;
  /** `profileId` is the bare UUID. */
  list(query: CredentialListQuery): Promise<Page<CredentialRow>>;
  /** What is left out stays. Null: no such credential. */
  update(id: string, input: Partial<CredentialSecrets>): Promise<CredentialRow | null>;
  /** Tasks that were to use it go on without. */
  delete(id: string): Promise<boolean>;
  /** The login that a task names; else its profile's for this portal. Null: there is none. */
  forTask(task: {
    credentialId: string | null;
    profileId: string | null;
    vendorDomain: string;
  }): Promise<UsableCredential | null>;
  /** Its values are about to be typed. */
  markUsed(id: string): Promise<void>;
}

/** A login with its values, for the one run that may have to sign in. */
export interface UsableCredential extends CredentialSecrets {
  id: string;
  vendorDomain: string;
}
