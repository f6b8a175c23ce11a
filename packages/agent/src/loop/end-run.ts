/** How a run ends: what a decision or the lack of one comes to, with nothing left open and nothing unredacted. */
import type { AgentOutcome, AgentResult, Decision, Evidence, Snapshot } from '../types.ts';
import { askPerson } from './answer.ts';
import { redactEvidence, report } from './report.ts';
import type { RunOptions, RunState } from './run-state.ts';
import { doubt } from './settle-mark.ts';

/** The result of a decision that is no act; null where the run goes on. */
export async function endBy(
  options: RunOptions,
  run: RunState,
  decision: Exclude<Decision, { kind: 'act' }>,
): Promise<AgentResult | null> {
  const tell = (summary: string) =>
    report(options, { type: 'extract', summary, startedAt: options.clock.now(), picture: true });
  // The invoice exists, but the portal does not hand it out: that is the outcome, whatever the search for it met.
  const known =
    options.purpose === 'obtain' && decision.kind !== 'awaitDelivery' ? run.alreadyInvoiced : null;
  if (known !== null && run.documents.length === 0) {
    await tell(`${known.code}: ${known.evidence.text}`);
    return { kind: 'outcome', outcome: known };
  }
  if (decision.kind === 'pass') return giveUp(options, run, decision.reason);
  if (decision.kind === 'finish') {
    await tell(`${decision.outcome.code}: ${decision.outcome.evidence.text}`);
    return { kind: 'outcome', outcome: decision.outcome };
  }
  const { evidence } = decision;
  if (decision.kind === 'awaitDelivery') {
    const { reason } = decision;
    await tell(`The invoice comes ${reason === 'mail' ? 'by mail' : 'later'}: ${evidence.text}`);
    return { kind: 'awaitDelivery', reason, evidence, documents: run.documents };
  }
  if (decision.kind === 'stillOffered') {
    await tell(`Found and still offered: ${evidence.text}`);
    return { kind: 'stillOffered', evidence };
  }
  return askPerson(options, run, decision);
}

/** Nobody can decide: what is known already is the result, else a person is asked. */
async function giveUp(options: RunOptions, run: RunState, reason: string): Promise<AgentResult | null> {
  const { keeper } = options;
  // An invoice that is not this task's: the caller judges it, and the mark with it.
  if (run.rejections > 0) return documentsOf(options, run);
  if (keeper.open !== null) {
    // The invoice seems to be made, but nothing here hands it out: the run goes on asking for it.
    await doubt(options, run, null);
    return null;
  }
  if (run.documents.length > 0) return documentsOf(options, run);
  if (run.notFound !== null && options.purpose === 'obtain')
    return { kind: 'outcome', outcome: run.notFound };
  return askPerson(
    options,
    run,
    { reason: 'unknown', evidence: mainMessage(run.snapshot), fields: [] },
    reason,
  );
}

function mainMessage(snapshot: Snapshot | null): Evidence | null {
  if (snapshot === null) return null;
  for (const kind of ['alert', 'dialog', 'result', 'heading'] as const) {
    const said = snapshot.texts.find((text) => text.kind === kind && text.text.trim() !== '');
    if (said !== undefined) return { snapshotId: snapshot.id, kind, text: said.text.slice(0, 400) };
  }
  return null;
}

export function documentsOf(options: RunOptions, run: RunState): AgentResult {
  return { kind: 'documents', documents: run.documents, recovered: isRecovered(options, run) };
}

/** The invoice existed before this run asked for one. */
export function isRecovered(options: RunOptions, run: RunState): boolean {
  return options.purpose === 'reconcile' || run.alreadyInvoiced !== null;
}

/** Settles what is still open where the result leaves it to nobody else, and redacts the portal's words. */
export async function conclude(
  options: RunOptions,
  run: RunState,
  result: AgentResult,
): Promise<AgentResult> {
  const { keeper } = options;
  const left = result.kind === 'documents' || result.kind === 'awaitDelivery';
  if (keeper.open !== null && !left) {
    const refused = result.kind === 'outcome' && result.outcome.code === 'already_invoiced';
    await keeper.settle(refused ? 'rejected' : 'in_doubt', refused ? result.outcome.evidence : null);
  }
  if (result.kind === 'documents' && run.proven) {
    await report(options, {
      type: 'completed',
      summary: 'The proven invoice is here',
      startedAt: options.clock.now(),
    });
  }
  return redactResult(options, result);
}

function redactResult(options: RunOptions, result: AgentResult): AgentResult {
  if (result.kind === 'outcome') return { ...result, outcome: redactOutcome(options, result.outcome) };
  if (result.kind === 'awaitDelivery' || result.kind === 'stillOffered') {
    return { ...result, evidence: redactEvidence(options, result.evidence) };
  }
  if (result.kind !== 'needPerson') return result;
  return {
    ...result,
    evidence: result.evidence === null ? null : redactEvidence(options, result.evidence),
    vendorMessage: result.vendorMessage === null ? null : options.redact(result.vendorMessage),
  };
}

function redactOutcome(options: RunOptions, outcome: AgentOutcome): AgentOutcome {
  return { ...outcome, evidence: redactEvidence(options, outcome.evidence) };
}
