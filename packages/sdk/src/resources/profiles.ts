import type { List } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type {
  Profile,
  ProfileInput,
  ProfileValidation,
  QueryOf,
  UpdateProfile,
  ValidateProfile,
} from '../types.ts';

export type ListProfilesParams = QueryOf<'listProfiles'>;

/** Fiscal identities that invoices are made out to. */
export class Profiles extends Resource {
  create(params: ProfileInput, options?: RequestOptions): Promise<Profile> {
    return this.send('POST', '/v1/profiles', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<Profile> {
    return this.send('GET', path`/v1/profiles/${id}`, {}, options);
  }

  /** Newest first. */
  list(params: ListProfilesParams = {}, options?: RequestOptions): List<Profile> {
    return this.pages('/v1/profiles', params, options);
  }

  /** What is left out stays. Tasks keep the identity that they were made with. */
  update(id: string, params: UpdateProfile, options?: RequestOptions): Promise<Profile> {
    return this.send('PATCH', path`/v1/profiles/${id}`, { body: params }, options);
  }

  /** `erase` removes a person's data from everything that need not be kept by law, not the profile alone. */
  delete(id: string, params: { erase?: boolean } = {}, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/profiles/${id}`, { query: params }, options);
  }

  /** What would be wrong with a profile, without keeping it. */
  validate(params: ValidateProfile, options?: RequestOptions): Promise<ProfileValidation> {
    return this.send('POST', '/v1/profiles/validate', { body: params }, options);
  }
}
