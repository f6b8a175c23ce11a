/** Profiles: the store of one tenant's transaction. */
import type { ProfileFacts, ProfileListQuery } from '@cfdi-live/contract';
import type { Page, ProfileRow } from './ports-rows.ts';

export type CreateProfileResult =
  | { kind: 'created'; profile: ProfileRow }
  /** The same RFC with the same externalId (or none) exists. */
  | { kind: 'taken'; profileId: string };

export type UpdateProfileResult =
  { kind: 'updated'; profile: ProfileRow } | Extract<CreateProfileResult, { kind: 'taken' }>;

export type DeleteProfileResult =
  /** `tasksErased`: tasks that forgot whom they were made for. */
  | { kind: 'deleted'; tasksErased: number }
  | { kind: 'not_found' }
  /** A task of it has not ended. */
  | { kind: 'in_use'; taskId: string };

export interface ProfileStore {
  create(input: ProfileFacts & { id: string; externalId: string | null }): Promise<CreateProfileResult>;
  get(id: string): Promise<ProfileRow | null>;
  /** The same, and until the transaction ends nobody ends the profile. Many may keep it at once. */
  keep(id: string): Promise<ProfileRow | null>;
  /** The same, and until the transaction ends nobody else changes or ends the profile. */
  hold(id: string): Promise<ProfileRow | null>;
  list(query: ProfileListQuery): Promise<Page<ProfileRow>>;
  /** Every field of a profile that the transaction holds. */
  update(id: string, input: ProfileFacts & { externalId: string | null }): Promise<UpdateProfileResult>;
  /** With `erase` its tasks forget the person too; invoices and tickets stay. Its credentials end with it. */
  delete(id: string, options: { erase: boolean }): Promise<DeleteProfileResult>;
}
