/** The vendor directory as one tenant's transaction sees it. */
import type { VendorListQuery } from '@cfdi-live/contract';
import type { Page } from './ports-rows.ts';
import type { VendorRow } from './vendors/vendor-directory.ts';

export interface VendorStore {
  /** Also of one that is no longer listed: tasks may name it. */
  get(id: string): Promise<VendorRow | null>;
  list(query: VendorListQuery): Promise<Page<VendorRow>>;
  /** The tenant's own tasks at a vendor, made since then, that COMPLETED or FAILED. */
  countTasks(input: { vendorId: string; since: Date }): Promise<{ ended: number; completed: number }>;
}
