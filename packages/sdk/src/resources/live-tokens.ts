import { path } from '../core/path.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { CreateLiveToken, LiveToken } from '../types.ts';

/** Short-lived rights of a page to look at one task, or to act in its session. */
export class LiveTokens extends Resource {
  /** The answer holds the `token`, once: hand it to the page of `origin`, never in an address. */
  create(taskId: string, params: CreateLiveToken, options?: RequestOptions): Promise<LiveToken> {
    return this.send('POST', path`/v1/tasks/${taskId}/live-tokens`, { body: params }, options);
  }

  /** Ends a token before its time. */
  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/live-tokens/${id}`, {}, options);
  }
}
