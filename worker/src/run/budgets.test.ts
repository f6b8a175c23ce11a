import { describe, expect, it } from 'vitest';
import { budgetsOf, runTimeMs } from './budgets.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const TIMINGS = { runBudgetMs: 180_000 };
const options = { intervention: 'wait', decide: 'auto' } as const;
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('the time of a run', () => {
  it.each([
    ['three minutes', options, null, 180_000],
    ["the task's own", { ...options, timeoutSeconds: 20 }, null, 20_000],
    ['up to the deadline', options, inSeconds(60), 60_000],
    [
      "the task's own, where the deadline is later",
      { ...options, timeoutSeconds: 20 },
      inSeconds(60),
      20_000,
    ],
    ['none, with the deadline here', options, inSeconds(4), 0],
    ['none, with the deadline past', options, inSeconds(-100), 0],
  ])('is %s', (_what, given, deadline, expected) => {
    const task = { options: given, deadline };
    expect(runTimeMs({ task, ticket: { state: 'none' } }, NOW, TIMINGS)).toBe(expected);
  });

  it('is no matter of deadlines where the invoice may exist', () => {
    const task = { options, deadline: inSeconds(-100) };
    expect(runTimeMs({ task, ticket: { state: 'in_doubt' } }, NOW, TIMINGS)).toBe(180_000);
  });
});

describe('what a run may spend', () => {
  it('is what earlier runs of its task have left', () => {
    const given = { ...options, maxCostUsd: 0.5, maxSteps: 7 };
    const fresh = budgetsOf({ options: given }, { tokens: 0, costUsd: 0 }, 1000);
    expect(fresh).toMatchObject({ runMs: 1000, maxSteps: 7, maxCostUsd: 0.5 });
    const later = budgetsOf({ options: given }, { tokens: 1000, costUsd: 0.2 }, 1000);
    expect(later.maxCostUsd).toBeCloseTo(0.3);
    expect(later.maxTokens).toBe(fresh.maxTokens - 1000);
    expect(later.maxSteps).toBe(7);
  });

  it('is nothing, and never less, once all is spent', () => {
    expect(budgetsOf({ options }, { tokens: 9e9, costUsd: 9 }, 1)).toMatchObject({
      maxTokens: 0,
      maxCostUsd: 0,
    });
  });
});
