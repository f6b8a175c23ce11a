/** Where only a person can go on: asks with all that is needed to help, and types what a person answered. */
import { isQuestion } from '../outcomes/person.ts';
import { ANSWER } from '../planners/form/history.ts';
import type { AgentResult, Decision, Evidence, PersonReason, PlannedAction } from '../types.ts';
import { stateOf } from './agent-state.ts';
import { performActs } from './perform-acts.ts';
import { report } from './report.ts';
import type { RunOptions, RunState } from './run-state.ts';

/** Wrong answers by text after which a person has to look at the page itself. */
const MAX_WRONG_ANSWERS = 3;

type NeedPerson = Extract<Decision, { kind: 'needPerson' }>;

/** What stands in the way. */
interface Obstacle {
  reason: PersonReason;
  evidence: Evidence | null;
  /** The fields that a text answer belongs into. */
  fields: readonly string[];
}

/** Ends the run with what a person needs to help, and what the next run needs to go on. */
export async function askPerson(
  options: RunOptions,
  run: RunState,
  { reason, evidence, fields }: Obstacle,
  why: string = evidence?.text ?? '',
): Promise<AgentResult> {
  const [field] = fields;
  const picture =
    reason === 'captcha' && field !== undefined ? await options.driver.captchaPicture(field) : null;
  const readable = picture !== null || isQuestion(evidence?.text ?? '');
  const answerable =
    field !== undefined && (reason === 'captcha' ? readable && run.wrongAnswers < MAX_WRONG_ANSWERS : true);
  await report(options, {
    type: reason === 'captcha' ? 'captcha' : 'user_intervention',
    summary:
      reason === 'unknown' ? `Nobody knows how to go on: ${why}` : `A person is needed (${reason}): ${why}`,
    startedAt: options.clock.now(),
    picture: true,
  });
  return {
    kind: 'needPerson',
    reason,
    evidence,
    vendorMessage: evidence?.text ?? null,
    picture: picture?.png ?? null,
    answerable,
    state: stateOf(
      run,
      { reason, picture: picture?.name ?? null, wrongAnswers: run.wrongAnswers },
      options.driver.learnt,
    ),
  };
}

/**
 * Types what a person answered, if it answers this. False where there is nothing to type: a person is asked (again).
 * A CAPTCHA's answer belongs to the picture that was shown, so it is never typed below another one.
 */
export async function typeAnswer(
  options: RunOptions,
  run: RunState,
  { reason, fields }: NeedPerson,
): Promise<boolean> {
  const [field] = fields;
  const { answer } = run;
  const asked = options.state?.asked ?? null;
  // One answer, one try; what is asked after it was refused.
  run.answer = null;
  if (answer === null || field === undefined || asked?.reason !== reason) return false;
  if (reason === 'captcha') {
    const shown = options.session === 'resumed' ? await options.driver.captchaPicture(field) : null;
    const same = options.session === 'resumed' && (shown?.name ?? null) === asked.picture;
    if (!same) return false;
    // Counted as wrong until the page goes on: who comes here again was refused.
    run.wrongAnswers += 1;
  }
  const actions = piecesOf(answer, fields).map(({ target, text }): PlannedAction => ({
    action: { kind: 'type', target, value: { source: ANSWER, text } },
    why: 'Type what a person answered',
    stepType: 'input',
    confidence: 1,
  }));
  const acted = await performActs(options, run, {
    decision: { kind: 'act', actions, issueSuspect: false },
    planner: 'person',
    tokens: 0,
    costUsd: 0,
  });
  return acted.kind === 'done';
}

/** A code over as many boxes as it has characters goes in one by one; otherwise the first box takes all. */
function piecesOf(answer: string, fields: readonly string[]): { target: string; text: string }[] {
  const text = answer.trim();
  const letters = Array.from(text.replace(/[\s-]/g, ''));
  if (fields.length > 1 && letters.length === fields.length)
    return fields.map((target, index) => ({ target, text: letters[index] ?? '' }));
  return fields.slice(0, 1).map((target) => ({ target, text }));
}
