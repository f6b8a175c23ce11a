/** From a marked act to its settlement: waits for a plain answer, and calls everything else doubt. */
import type { Evidence, Snapshot } from '../types.ts';
import { collectDocuments } from './collect-documents.ts';
import { report } from './report.ts';
import type { RunOptions, RunState } from './run-state.ts';
import { readAnswer, type Answer } from './settlement.ts';

/** A mark may keep the run this long beyond its budget. */
const BEYOND_BUDGET_MS = 30_000;
/** A page that stands still without an answer is given this long. */
const STILL_MS = 6_000;
/** A page that says it is working is given this long. */
const WORKING_MS = 25_000;

/**
 * Settles the open mark by the page's answer. Returns `open` while the invoice seems to be made and only its
 * documents are missing; `settled` otherwise, after which acts are free again (or the run reconciles).
 */
export async function settleMark(options: RunOptions, run: RunState): Promise<'settled' | 'open'> {
  const { keeper, clock } = options;
  const mark = keeper.open;
  if (mark === null || run.snapshot === null) return 'settled';
  if (!mark.sent) {
    // The act was given up before anything left for the page.
    await settle(options, 'none', {
      snapshotId: run.snapshot.id,
      kind: 'http',
      text: 'the act was never sent',
    });
    return 'settled';
  }
  if (mark.answered) return openUntilTooLate(options, run);
  const startedAt = clock.now();
  for (;;) {
    if (run.snapshot === null) return 'settled';
    const answer = answerNow(run, options, run.snapshot);
    if (answer.kind === 'made') {
      await keeper.answered();
      return 'open';
    }
    if (answer.kind !== 'unclear') {
      await settle(options, answer.kind, answer.evidence);
      return 'settled';
    }
    const patience = answer.working ? WORKING_MS : STILL_MS;
    const left = Math.min(startedAt + patience, lastMoment(options, run)) - clock.now();
    if (left <= 0) {
      await doubt(options, run, answer.evidence);
      return 'settled';
    }
    await options.driver.waitForChange(Math.min(left, 2_000));
    run.snapshot = await options.driver.snapshot();
    if (await collectDocuments(options, run)) {
      await keeper.answered();
      return 'open';
    }
  }
}

function answerNow(run: RunState, options: RunOptions, after: Snapshot): Answer {
  const { keeper, facts } = options;
  return readAnswer({
    before: run.lastAct?.before ?? after,
    after,
    facts,
    history: run.history,
    pressed: run.lastAct?.pressed ?? false,
    requests: keeper.open?.requests ?? 0,
    seen: run.seen,
  });
}

async function openUntilTooLate(options: RunOptions, run: RunState): Promise<'settled' | 'open'> {
  if (options.clock.now() < lastMoment(options, run)) return 'open';
  await doubt(options, run, null);
  return 'settled';
}

/** The end of the critical section: the run's budget and 30 s, and never less than 30 s after the mark. */
function lastMoment(options: RunOptions, run: RunState): number {
  const markedAt = options.keeper.open?.at ?? run.startedAt;
  const end = options.signal.aborted ? markedAt : Math.max(run.startedAt + options.budgets.runMs, markedAt);
  return end + BEYOND_BUDGET_MS;
}

/** The answer leaves open what happened: from here on the run only asks. */
export async function doubt(options: RunOptions, run: RunState, evidence: Evidence | null): Promise<void> {
  await settle(options, 'in_doubt', evidence);
  run.purpose = 'reconcile';
  options.keeper.reconcile();
}

async function settle(
  options: RunOptions,
  state: 'none' | 'rejected' | 'in_doubt',
  evidence: Evidence | null,
): Promise<void> {
  await options.keeper.settle(state, evidence);
  const said = evidence === null ? '' : `: ${evidence.text.slice(0, 200)}`;
  const summary = {
    none: `Nothing was issued by this act, it was a step on the way${said}`,
    rejected: `The portal refused${said}`,
    in_doubt: `Whether an invoice was issued is open${said}`,
  }[state];
  await report(options, { type: 'extract', summary, startedAt: options.clock.now() });
}
