import { List, type ListAnswer } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { Profile, ProfileInput } from '../types.ts';

/** Fiscal identities that invoices are made out to. */
export class Profiles {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(params: ProfileInput, options?: RequestOptions): Promise<Profile> {
    return this.#transport.json({ method: 'POST', path: '/v1/profiles', body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<Profile> {
    return this.#transport.json({ method: 'GET', path: path`/v1/profiles/${id}` }, options);
  }

  list(params: { limit?: number } = {}, options?: RequestOptions): List<Profile> {
    return new List((after) =>
      this.#transport.json<ListAnswer<Profile>>(
        { method: 'GET', path: '/v1/profiles', query: { ...params, after } },
        options,
      ),
    );
  }
}
