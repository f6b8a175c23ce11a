/**
 * The form planner: knows the fields, verbs and answers of invoicing portals, in Spanish and English. Costs no tokens,
 * keeps no state: the same snapshot, facts and history give the same decision.
 */
import type { DecideContext, Decision, Planner } from '../../types.ts';
import { modalRule, noticeRule } from './dialog-rules.ts';
import { documentRule, issuedRule } from './document-rules.ts';
import { formRule, MINIMUM_CONFIDENCE } from './form-rules.ts';
import { landingRule } from './landing-rules.ts';
import { loginRule } from './login-rules.ts';
import { outcomeRule } from './outcome-rules.ts';
import { lookAt, pass, type Rule } from './page.ts';
import { reconcileRule } from './reconcile-rules.ts';

/** In order: what exists is fetched, what was said is heard, what lies on top is cleared, then the form. */
const RULES: readonly Rule[] = [
  documentRule,
  issuedRule,
  reconcileRule,
  outcomeRule,
  loginRule,
  modalRule,
  noticeRule,
  formRule,
  landingRule,
];

export function createFormPlanner(): Planner {
  return { name: 'form', decide: (context) => Promise.resolve(decideByForm(context)) };
}

/** The decision itself, synchronous. */
export function decideByForm(context: DecideContext): Decision {
  const page = lookAt(context);
  for (const rule of RULES) {
    const decision = rule(page);
    if (decision === null) continue;
    return isSure(decision) ? decision : pass('not sure enough of the next act');
  }
  return pass('nothing on this page is known');
}

function isSure(decision: Decision): boolean {
  return (
    decision.kind !== 'act' || decision.actions.every((planned) => planned.confidence >= MINIMUM_CONFIDENCE)
  );
}
