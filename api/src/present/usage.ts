import { encodeId, type Usage, type UsageFigures } from '@cfdi-live/contract';
import type { TaskCounts, UsageCounts, UsageReport } from '@cfdi-live/domain';

export function presentUsage(from: string, to: string, report: UsageReport): Usage {
  return {
    from,
    to,
    totals: presentFigures(report.totals),
    periods: report.periods.map((period) => ({ start: period.start, ...presentFigures(period) })),
    vendors: report.vendors.map((vendor) => ({ vendorHost: vendor.vendorHost, ...presentFigures(vendor) })),
    profiles: report.profiles.map(({ profileId, ...counts }) => ({
      profileId: encodeId('profile', profileId),
      ...counts,
      successRate: successRate(counts),
    })),
    steps: report.steps,
  };
}

function presentFigures(counts: UsageCounts): UsageFigures {
  return {
    completed: counts.completed,
    failed: counts.failed,
    cancelled: counts.cancelled,
    successRate: successRate(counts),
    averageSeconds: counts.completed === 0 ? null : rounded(counts.completedMs / counts.completed / 1000, 10),
    sessions: counts.sessions,
    sessionMinutes: rounded(counts.sessionMs / 60_000, 100),
    steps: counts.steps,
    tokens: counts.tokens,
    costUsd: counts.costUsd,
  };
}

function successRate({ completed, failed }: TaskCounts): number | null {
  return completed + failed === 0 ? null : rounded(completed / (completed + failed), 10_000);
}

function rounded(value: number, precision: number): number {
  return Math.round(value * precision) / precision;
}
