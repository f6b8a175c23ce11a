import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { ApiKey, CreateApiKey, PageParams, RotateApiKey, UpdateApiKey } from '../types.ts';

/** Keys of programs. For keys with the scope `admin`, and people who are owners or admins. */
export class ApiKeys extends Resource {
  /** The answer holds the `key`, once. */
  create(params: CreateApiKey, options?: RequestOptions): Promise<ApiKey> {
    return this.send('POST', '/v1/api-keys', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<ApiKey> {
    return this.send('GET', path`/v1/api-keys/${id}`, {}, options);
  }

  /** Newest first. */
  list(params: PageParams = {}, options?: RequestOptions): List<ApiKey> {
    return this.pages('/v1/api-keys', params, options);
  }

  update(id: string, params: UpdateApiKey, options?: RequestOptions): Promise<ApiKey> {
    return this.send('PATCH', path`/v1/api-keys/${id}`, { body: params }, options);
  }

  /** Ends a key; it stops within 5 seconds everywhere. */
  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/api-keys/${id}`, {}, options);
  }

  /** A new key with the same rights; the old one goes on for `overlapSeconds`. */
  rotate(id: string, params: RotateApiKey = {}, options?: RequestOptions): Promise<ApiKey> {
    return this.send('POST', path`/v1/api-keys/${id}/rotate`, { body: params }, options);
  }
}
