import type { TaskCounts, UsageCounts, UsageReport, UsageStore } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';

/** A row of `app.usage`; its figures come as JSON, with the columns' names. */
type UsageRecord =
  | { kind: 'total'; key: null; figures: FigureRecord }
  | { kind: 'period' | 'vendor'; key: string; figures: FigureRecord }
  | { kind: 'profile'; key: string; figures: TaskCounts }
  | { kind: 'step'; key: null; figures: StepRecord };

interface FigureRecord extends TaskCounts {
  completed_ms: number;
  sessions: number;
  session_ms: number;
  steps: number;
  tokens: number;
  cost_usd: number;
}

interface StepRecord {
  type: UsageReport['steps'][number]['type'];
  planner: UsageReport['steps'][number]['planner'];
  steps: number;
  p50_ms: number;
  p95_ms: number;
}

export function createUsageStore({ sql }: TenantContext): UsageStore {
  return {
    async report({ from, to, period }) {
      const records = await sql.query<UsageRecord>('select kind, key, figures from app.usage($1, $2, $3)', [
        from,
        to,
        period,
      ]);
      return records.reduce(addTo, emptyReport());
    },
  };
}

function emptyReport(): UsageReport {
  const none = { completed: 0, failed: 0, cancelled: 0, completedMs: 0, sessions: 0, sessionMs: 0 };
  return {
    totals: { ...none, steps: 0, tokens: 0, costUsd: 0 },
    periods: [],
    vendors: [],
    profiles: [],
    steps: [],
  };
}

function addTo(report: UsageReport, record: UsageRecord): UsageReport {
  switch (record.kind) {
    case 'total':
      report.totals = toCounts(record.figures);
      break;
    case 'period':
      report.periods.push({ start: record.key, ...toCounts(record.figures) });
      break;
    case 'vendor':
      report.vendors.push({ vendorHost: record.key, ...toCounts(record.figures) });
      break;
    case 'profile': {
      const { completed, failed, cancelled } = record.figures;
      report.profiles.push({ profileId: record.key, completed, failed, cancelled });
      break;
    }
    case 'step': {
      const { type, planner, steps, p50_ms, p95_ms } = record.figures;
      report.steps.push({ type, planner, count: steps, p50Ms: p50_ms, p95Ms: p95_ms });
    }
  }
  return report;
}

function toCounts(figures: FigureRecord): UsageCounts {
  return {
    completed: figures.completed,
    failed: figures.failed,
    cancelled: figures.cancelled,
    completedMs: figures.completed_ms,
    sessions: figures.sessions,
    sessionMs: figures.session_ms,
    steps: figures.steps,
    tokens: figures.tokens,
    costUsd: figures.cost_usd,
  };
}
