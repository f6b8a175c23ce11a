/** What the rows say of browsers that the provider runs, for the reaper that compares the two. Crosses tenants. */
import type { SessionRow } from './ports-rows.ts';
import type { TenantScope } from './principal.ts';

/** A browser as the provider's own list shows it. */
export interface RunningBrowser {
  providerSessionId: string;
  /** The row that asked for it. */
  rowId: string;
}

export interface ReaperStore {
  /** Names this deployment among those that share an account of the provider: made with the database, once. */
  deploymentId(): Promise<string>;
  /** Of the browsers that run at the provider, those whose row is gone, or says since so long that they are over. Their ids. */
  listStrayBrowsers(input: { running: readonly RunningBrowser[]; graceMs: number }): Promise<string[]>;
  /**
   * Open sessions, at least so old, that are none of these at the provider, and that no run works with. At most 200.
   * `seen` are the provider's ids.
   */
  listUnseenSessions(input: {
    seen: readonly string[];
    graceMs: number;
  }): Promise<(SessionRow & TenantScope)[]>;
}
