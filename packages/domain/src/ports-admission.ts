/** Admission: which tasks may ask for a browser, and what it is told of the provider and of portals. */

export interface QueuedRef {
  taskId: string;
  /** Fence that the next claim will raise: the job's id is `<taskId>-<nextFence>`. */
  nextFence: number;
}

/** How a portal's breaker stands after what a run reported. */
export interface PortalReport {
  host: string;
  breaker: 'closed' | 'open' | 'half_open';
  /** When an open breaker lets the next task try; null where it is closed. */
  retryAt: Date | null;
  /** The breaker opened or closed by this report. */
  changed: boolean;
}

export interface AdmissionStore {
  /**
   * One pass of one admitter at a time: moves PENDING tasks to QUEUED while there are browsers for them. Empty: nothing was
   * to be done, or somebody else is at it. `maxSessions` and `creationsPerMinute` (null: no limit) are those of the provider,
   * for all processes together; claims hold what the last pass was told.
   */
  admit(input: { maxSessions: number; creationsPerMinute?: number | null }): Promise<QueuedRef[]>;
  /** The provider refuses browsers for that long: until then nobody is admitted and no claim asks for one. */
  pauseAdmission(forMs: number): Promise<void>;
  /** Tasks that a portal kept waiting for three days → FAILED `portal_down`. Returns how many. */
  failUnreachable(): Promise<number>;
  /** What a run learnt of its task's portal: that it answers, or that it does not. */
  reportPortal(taskId: string, answered: boolean): Promise<PortalReport>;
}
