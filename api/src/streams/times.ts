/** Rhythm of the open event streams, in milliseconds. */
export interface StreamTimes {
  /** A comment keeps proxies from closing a silent stream. A reader that takes nothing for twice as long is cut off. */
  heartbeatMs: number;
  /** How often it is asked whether a caller may still read. */
  accessCheckMs: number;
  /** How often the log is looked into without a hint, for a hint may be lost. */
  pollMs: number;
}

export const STREAM_TIMES: StreamTimes = { heartbeatMs: 15_000, accessCheckMs: 2_000, pollMs: 3_000 };
