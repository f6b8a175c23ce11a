/** Steps as the task's owner reads them: redacted, with the time they took. */
import type { Evidence, PlannedAction, StepReport } from '../types.ts';
import type { StepType } from '@cfdi-live/contract';
import type { RunOptions } from './run-state.ts';

/** Records one step; takes a picture for what changes the page. */
export async function report(
  options: RunOptions,
  step: {
    type: StepType;
    summary: string;
    planner?: StepReport['planner'];
    confidence?: number | null;
    startedAt: number;
    tokens?: number;
    costUsd?: number;
    picture?: boolean;
  },
): Promise<void> {
  const screenshot = step.picture === true ? await options.driver.screenshot() : null;
  await options.record({
    type: step.type,
    summary: options.redact(step.summary).slice(0, 500),
    planner: step.planner ?? 'platform',
    confidence: step.confidence ?? null,
    durationMs: Math.max(0, Math.round(options.clock.now() - step.startedAt)),
    tokens: step.tokens ?? 0,
    costUsd: step.costUsd ?? 0,
    screenshot,
  });
}

/** The sentence of a performed act. */
export function summaryOf(planned: PlannedAction, failure: string | null): string {
  return failure === null ? planned.why : `${planned.why} — ${failure}`;
}

/** Evidence without the task's values: portals echo RFC and name. */
export function redactEvidence(options: RunOptions, evidence: Evidence): Evidence {
  return { ...evidence, text: options.redact(evidence.text) };
}
