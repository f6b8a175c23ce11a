/** One look at a page: what every rule of the form planner starts from. Pure. */
import type { Action, DecideContext, Decision, ElementView, PlannedAction } from '../../types.ts';
import { codeWords } from '../../words/normalize.ts';
import { isIssueSuspect, nothingEntered, readableWords } from '../issue-suspect.ts';
import { memos } from './history.ts';
import { pageForms, scopeOf, type PageForm } from './page-form.ts';

export interface Page {
  context: DecideContext;
  /** The controls that count: an open modal's, or all visible ones. */
  scope: ElementView[];
  modal: boolean;
  forms: PageForm[];
  /** Looks for an invoice that exists: by order, or because the portal said so in this run. */
  recovering: boolean;
}

/** A rule of the planner: its decision, or null where it has nothing to say. */
export type Rule = (page: Page) => Decision | null;

export function lookAt(context: DecideContext): Page {
  const { elements, modal } = scopeOf(context.snapshot);
  const recovering = context.purpose === 'reconcile' || memos(context.history, 'recover').length > 0;
  // A field for a mailbox alone is a newsletter's, until the portal knows what it should mail.
  const strange = nothingEntered(context.snapshot, context);
  const forms = pageForms(elements, context.facts, recovering ? 'reconcile' : 'obtain').filter(
    (form) => form.fiscal || form.ticket || !strange,
  );
  return { context, scope: elements, modal, forms, recovering };
}

/** Decides for `actions`, with the question of issuing answered for each. */
export function acts(page: Page, actions: PlannedAction[]): Decision {
  const { snapshot, facts, history } = page.context;
  const issueSuspect = actions.some((planned) =>
    isIssueSuspect(snapshot, planned.action, { facts, history }),
  );
  return { kind: 'act', actions, issueSuspect };
}

/** A press of `element`, explained. */
export function press(element: ElementView, why: string, confidence: number, memo?: string): PlannedAction {
  const action: Action = { kind: 'click', target: element.id };
  return {
    action,
    why: `${why}: "${nameOf(element)}"`,
    stepType: 'click',
    confidence,
    ...(memo === undefined ? {} : { memo }),
  };
}

/** A pause that ends when the page changes. `memo` counts it. */
export function pause(forMs: number, reason: string, memo: string): PlannedAction {
  return {
    action: { kind: 'wait', forMs, reason },
    why: `Wait: ${reason}`,
    stepType: 'wait',
    confidence: 0.8,
    memo,
  };
}

export function nameOf(element: ElementView): string {
  return (readableWords(element) || codeWords(element.labels.name) || element.role).slice(0, 60);
}

export function pass(reason: string): Decision {
  return { kind: 'pass', reason };
}
