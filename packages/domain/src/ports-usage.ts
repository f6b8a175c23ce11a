/** What a tenant's tasks came to, counted by the database. */
import type { PlannerName, StepType, UsagePeriod } from '@cfdi-live/contract';

/** UTC days as `YYYY-MM-DD`, both included. */
export interface UsageRange {
  from: string;
  to: string;
  period: UsagePeriod | null;
}

export interface TaskCounts {
  completed: number;
  failed: number;
  cancelled: number;
}

export interface UsageCounts extends TaskCounts {
  /** Of the completed tasks, from first start to end. */
  completedMs: number;
  sessions: number;
  sessionMs: number;
  steps: number;
  tokens: number;
  costUsd: number;
}

export interface UsageReport {
  totals: UsageCounts;
  /** By their first day, in order. */
  periods: (UsageCounts & { start: string })[];
  vendors: (UsageCounts & { vendorHost: string })[];
  profiles: (TaskCounts & { profileId: string })[];
  steps: { type: StepType; planner: PlannerName; count: number; p50Ms: number; p95Ms: number }[];
}

export interface UsageStore {
  report(range: UsageRange): Promise<UsageReport>;
}
