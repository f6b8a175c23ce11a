import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { CreateTenant, PageParams, SignedUpTenant, Tenant, UpdateTenant } from '../types.ts';

/** Tenants: of a key its own, of a person those that they belong to. */
export class Tenants extends Resource {
  /** Signs a tenant up, for a signed-in person (`accessToken`). The answer holds its first test key, once. */
  create(params: CreateTenant, options?: RequestOptions): Promise<SignedUpTenant> {
    return this.send('POST', '/v1/tenants', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<Tenant> {
    return this.send('GET', path`/v1/tenants/${id}`, {}, options);
  }

  list(params: PageParams = {}, options?: RequestOptions): List<Tenant> {
    return this.pages('/v1/tenants', params, options);
  }

  /** What is left out stays. */
  update(id: string, params: UpdateTenant, options?: RequestOptions): Promise<Tenant> {
    return this.send('PATCH', path`/v1/tenants/${id}`, { body: params }, options);
  }

  /** Destroys the tenant's data key, and with it all that is encrypted. `confirm` is the tenant's name. Only owners. */
  delete(id: string, params: { confirm: string }, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/tenants/${id}`, { query: params }, options);
  }
}
