/** The end of a tenant: its keys at once, its rows and files after that. */

export type ShredTenantResult =
  /** Nothing of it opens any more, nobody has access any more, its tasks are cancelled. */
  | 'shredded'
  | 'not_found'
  /** The name that was to confirm it is another. */
  | 'name_mismatch'
  /** A run is between its mark and the portal's answer. */
  | 'busy';

export interface TenantEndStore {
  /** `actor` goes to the audit. */
  shredTenant(input: { tenantId: string; name: string; actor: string }): Promise<ShredTenantResult>;
  /** Removes one batch of what tenants left that have ended; files by way of the outbox. Null: there is none. */
  removeEndedTenant(): Promise<number | null>;
}
