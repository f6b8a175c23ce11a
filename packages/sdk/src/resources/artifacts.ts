import { path } from '../core/path.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { Artifact } from '../types.ts';

/** Files of tasks. */
export class Artifacts extends Resource {
  get(id: string, options?: RequestOptions): Promise<Artifact> {
    return this.send('GET', path`/v1/artifacts/${id}`, {}, options);
  }

  /** The file's bytes, exactly as the vendor issued them. */
  async download(id: string, options?: RequestOptions): Promise<Uint8Array> {
    const call = {
      method: 'GET' as const,
      path: path`/v1/artifacts/${id}/content`,
      headers: { accept: '*/*' },
    };
    const response = await this.transport.send(call, options);
    return new Uint8Array(await response.arrayBuffer());
  }
}
