import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { CreateCredential, Credential, QueryOf, UpdateCredential } from '../types.ts';

export type ListCredentialsParams = QueryOf<'listCredentials'>;

/** Logins of profiles for vendors' portals. Secrets go in and never come out. */
export class Credentials extends Resource {
  create(params: CreateCredential, options?: RequestOptions): Promise<Credential> {
    return this.send('POST', '/v1/credentials', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<Credential> {
    return this.send('GET', path`/v1/credentials/${id}`, {}, options);
  }

  /** Newest first. */
  list(params: ListCredentialsParams = {}, options?: RequestOptions): List<Credential> {
    return this.pages('/v1/credentials', params, options);
  }

  /** What is left out stays. */
  update(id: string, params: UpdateCredential, options?: RequestOptions): Promise<Credential> {
    return this.send('PATCH', path`/v1/credentials/${id}`, { body: params }, options);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/credentials/${id}`, {}, options);
  }
}
