import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { AddMember, Member, PageParams, UpdateMember } from '../types.ts';

/** People of a tenant. */
export class Members extends Resource {
  add(params: AddMember, options?: RequestOptions): Promise<Member> {
    return this.send('POST', '/v1/members', { body: params }, options);
  }

  list(params: PageParams = {}, options?: RequestOptions): List<Member> {
    return this.pages('/v1/members', params, options);
  }

  update(id: string, params: UpdateMember, options?: RequestOptions): Promise<Member> {
    return this.send('PATCH', path`/v1/members/${id}`, { body: params }, options);
  }

  remove(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/members/${id}`, {}, options);
  }
}
