import { USAGE_MAX_DAYS, type UsageQuery } from '@cfdi-live/contract';
import type { Clock, Database } from '../ports-system.ts';
import type { UsageReport } from '../ports-usage.ts';
import type { Principal } from '../principal.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

export type UsageOutcome =
  | { kind: 'usage'; from: string; to: string; report: UsageReport }
  | { kind: 'backwards' }
  | { kind: 'too_long' };

/** Usage from one UTC day to another, both included; without them, of the last 30 days. */
export async function getUsage(
  deps: { database: Database; clock: Clock },
  principal: Principal,
  query: UsageQuery,
): Promise<UsageOutcome> {
  const last = query.to === undefined ? startOfDay(deps.clock.now()) : Date.parse(query.to);
  const first = query.from === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : Date.parse(query.from);
  if (first > last) return { kind: 'backwards' };
  if ((last - first) / DAY_MS >= USAGE_MAX_DAYS) return { kind: 'too_long' };
  const [from, to] = [dayOf(first), dayOf(last)];
  const report = await deps.database.withTenant(principal, (tx) =>
    tx.usage.report({ from, to, period: query.groupBy ?? null }),
  );
  return { kind: 'usage', from, to, report };
}

function startOfDay(time: Date): number {
  return Date.parse(time.toISOString().slice(0, 10));
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
