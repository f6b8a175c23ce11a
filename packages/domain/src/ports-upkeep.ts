/** The platform's own upkeep: what is removed when, how the database fares, and who calls for it at which times. */

/** Works that are done at fixed times, in cron's words (minute, hour, day, month, weekday), UTC. */
export const UPKEEP_TIMES = {
  /** Removes what is past its time: Sundays at 3 in the morning of Mexico City, which has no summer time any more. */
  retention: '0 9 * * 0',
  /** Forgets idempotency keys and quotas' hours that are over. */
  expiry: '7 * * * *',
  /** Notes connections, long queries and sizes. */
  health: '*/5 * * * *',
} as const;
export type UpkeepWork = keyof typeof UPKEEP_TIMES;
export const UPKEEP_WORKS = Object.keys(UPKEEP_TIMES) as UpkeepWork[];

/** Whoever calls for the works at their times: the database's own cron, or the queue. */
export interface UpkeepScheduler {
  /** From now on exactly these, whatever it called for before; none, and it rests. */
  replace(works: readonly UpkeepWork[]): Promise<void>;
}

export interface HealthCheck {
  status: 'ok' | 'warning';
  connections: number;
  /** Null where the database does not let us see what others do. */
  activeConnections: number | null;
  longQueries: number | null;
}

/** A file whose row is gone. */
export interface StorageDeletion {
  id: string;
  storagePath: string;
  /** How often it was tried, this time included. */
  attempts: number;
}

export interface UpkeepStore {
  /**
   * Removes what is past its time, by small transactions, for about `budgetMs`. False: there is more. `expired`: only
   * what is kept for hours.
   */
  retain(input: { what: 'everything' | 'expired'; budgetMs: number }): Promise<boolean>;
  /** Looks at the database and notes what it saw. */
  checkHealth(): Promise<HealthCheck>;
  /** Files to delete from Storage. Those that are not struck come again, later and later. */
  claimStorageDeletions(limit: number): Promise<StorageDeletion[]>;
  strikeStorageDeletions(ids: readonly string[]): Promise<void>;
  /** The database's own cron; null where it has none, or none that we may use. */
  findCron(): Promise<UpkeepScheduler | null>;
}
