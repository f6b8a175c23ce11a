import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { Artifact } from '../types.ts';

/** Files of tasks. */
export class Artifacts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(id: string, options?: RequestOptions): Promise<Artifact> {
    return this.#transport.json({ method: 'GET', path: path`/v1/artifacts/${id}` }, options);
  }

  /** The file's bytes, exactly as the vendor issued them. */
  async download(id: string, options?: RequestOptions): Promise<Uint8Array> {
    const call = {
      method: 'GET' as const,
      path: path`/v1/artifacts/${id}/content`,
      headers: { accept: '*/*' },
    };
    const response = await this.#transport.send(call, options);
    return new Uint8Array(await response.arrayBuffer());
  }
}
