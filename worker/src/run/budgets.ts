/** How much one run may do: its own limits, and what earlier runs of the task have left of the task's. */
import type { Budgets } from '@cfdi-live/agent';
import type { TaskRow, TaskSpending, TicketRow } from '@cfdi-live/domain';
import type { Timings } from '../ports.ts';
import { isInDoubt } from './conclude.ts';

/** Acts of one run, where the task names no limit. */
const DEFAULT_MAX_STEPS = 60;
/** Of a task over all its runs: a portal that a model cannot work in that much, it will not work at all. */
const MAX_TOKENS = 400_000;
const DEFAULT_MAX_COST_USD = 1;
/** A run that has less time than this does not begin. */
const LEAST_RUN_MS = 5_000;

interface RunnableTask {
  task: Pick<TaskRow, 'options' | 'deadline'>;
  ticket: Pick<TicketRow, 'state'>;
}

/**
 * Milliseconds that a run may take: not past the task's deadline, unless it asks about a ticket in doubt. 0: the deadline is
 * (almost) here, so none begins.
 */
export function runTimeMs(
  { task: { options, deadline }, ticket }: RunnableTask,
  now: Date,
  timings: Pick<Timings, 'runBudgetMs'>,
): number {
  const budgetMs = options.timeoutSeconds === undefined ? timings.runBudgetMs : options.timeoutSeconds * 1000;
  if (deadline === null || isInDoubt(ticket)) return budgetMs;
  const leftMs = deadline.getTime() - now.getTime();
  return leftMs < LEAST_RUN_MS ? 0 : Math.min(budgetMs, leftMs);
}

/** `spent`: by the task's runs so far. */
export function budgetsOf(
  { options }: Pick<TaskRow, 'options'>,
  spent: TaskSpending,
  runMs: number,
): Budgets {
  return {
    runMs,
    maxSteps: options.maxSteps ?? DEFAULT_MAX_STEPS,
    maxTokens: Math.max(0, MAX_TOKENS - spent.tokens),
    maxCostUsd: Math.max(0, (options.maxCostUsd ?? DEFAULT_MAX_COST_USD) - spent.costUsd),
  };
}
