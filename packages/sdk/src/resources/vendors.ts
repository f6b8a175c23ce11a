import { path } from '../core/path.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { QueryOf, Vendor, VendorResolution } from '../types.ts';

export type ListVendorsParams = QueryOf<'listVendors'>;
export type ResolveVendorParams = QueryOf<'resolveVendor'>;

/** The directory: which values of a ticket a portal asks for, until when, how the invoice comes. */
export class Vendors extends Resource {
  get(id: string, options?: RequestOptions): Promise<Vendor> {
    return this.send('GET', path`/v1/vendors/${id}`, {}, options);
  }

  list(params: ListVendorsParams = {}, options?: RequestOptions): List<Vendor> {
    return this.pages('/v1/vendors', params, options);
  }

  /** What is known of the portal at this address; with a ticket's `date`, until when it can be invoiced. */
  resolve(params: ResolveVendorParams, options?: RequestOptions): Promise<VendorResolution> {
    return this.send('GET', '/v1/vendors/resolve', { query: params }, options);
  }
}
