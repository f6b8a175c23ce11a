import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { Cfdi, QueryOf } from '../types.ts';

export type ListCfdisParams = QueryOf<'listCfdis'>;

/** Invoices as data. */
export class Cfdis extends Resource {
  get(uuid: string, options?: RequestOptions): Promise<Cfdi> {
    return this.send('GET', path`/v1/cfdis/${uuid}`, {}, options);
  }

  /** Newest first. */
  list(params: ListCfdisParams = {}, options?: RequestOptions): List<Cfdi> {
    return this.pages('/v1/cfdis', params, options);
  }
}
