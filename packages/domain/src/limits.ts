/** What a tenant may do in an hour and at once. The defaults are those of plan `standard`, in `app.limit_of`. */
export interface TenantLimits {
  /** Tasks made in an hour, in each mode; default 1,000. */
  hourly?: number;
  /** Tasks queued, running or parked with their browser at once; default 20. */
  running?: number;
  /** Tasks made in an hour for one profile; default 10. */
  profileHourly?: number;
  /** Tasks of one profile queued or running at once; default 3. */
  profileRunning?: number;
  /** Parked tasks that keep their browser at once; default 5. */
  maxParked?: number;
  /**
   * Share of the browsers while tasks of several tenants wait: one of weight 2 gets twice as many as one of weight 1. From 0.01
   * to 100; default 1, also of tenants whose plan has no limits.
   */
  weight?: number;
}
