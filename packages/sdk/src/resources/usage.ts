import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { QueryOf, Usage } from '../types.ts';

export type UsageParams = QueryOf<'getUsage'>;

/** What was done, how well, and what it took. */
export class UsageReports extends Resource {
  get(params: UsageParams = {}, options?: RequestOptions): Promise<Usage> {
    return this.send('GET', '/v1/usage', { query: params }, options);
  }
}
