import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { Readiness } from '../types.ts';

/** Whether the service runs, and what it depends on. */
export class Health extends Resource {
  live(options?: RequestOptions): Promise<{ status: 'up' }> {
    return this.send('GET', '/health/live', {}, options);
  }

  /** Each dependency with its latency; a `ServerError` with status 503 where the service cannot take work. */
  ready(options?: RequestOptions): Promise<Readiness> {
    return this.send('GET', '/health/ready', {}, options);
  }
}
