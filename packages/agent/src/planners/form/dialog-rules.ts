/** Dialogs come first: a notice is closed, a question about the data is answered. Pure. */
import { actKey } from '../act-key.ts';
import type { Decision, ElementView } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { consentBoxes } from './checkboxes.ts';
import { timesDone } from './history.ts';
import { modalTexts } from './page-form.ts';
import { acts, pass, press, type Page } from './page.ts';
import { dismissalOf, isPressable, progressCandidates } from './progress.ts';
import { readableWords } from '../issue-suspect.ts';

const LEAVING = /\b(cancelar|salir|abandonar|eliminar|descartar|borrar|perdera|leave|discard|delete)\b/;

/** Handles a modal that asks for no data. */
export function modalRule(page: Page): Decision | null {
  if (!page.modal || page.forms.length > 0) return null;
  const { snapshot, history } = page.context;
  const text = plain(dialogText(page));
  if (text.includes('?') && LEAVING.test(text)) {
    const stay = page.scope.find(
      (element) =>
        isPressable(element) &&
        /^(no|cerrar|close|volver|seguir|quedarme|stay)/.test(plain(readableWords(element))),
    );
    if (stay !== undefined) return acts(page, [press(stay, 'Stay on the page', 0.8)]);
  }
  const consent = consentBoxes(page.scope);
  const answer = answerOf(page);
  const boxes = answer === null || answer.disabled ? [...consent.must, ...consent.may] : consent.must;
  if (boxes.length > 0)
    return acts(
      page,
      boxes.map((box) => tick(box)),
    );
  if (answer !== null && !answer.disabled && timesDone(history, actKey(snapshot, answer)) < 2) {
    return acts(page, [press(answer, 'Answer the dialog', 0.8)]);
  }
  const escapes = history.filter((entry) => entry.planned.memo === 'escape').length;
  if (escapes < 2) {
    return acts(page, [
      {
        action: { kind: 'press', target: null, key: 'Escape' },
        why: 'Close the dialog with Escape',
        stepType: 'click',
        confidence: 0.5,
        memo: 'escape',
      },
    ]);
  }
  return pass('a dialog that nothing closes');
}

/** Bars and notices that lie over a part of the page. */
export function noticeRule(page: Page): Decision | null {
  if (page.modal || !page.scope.some((element) => element.covered && !element.inDialog)) return null;
  const { snapshot, history } = page.context;
  const inDialog = page.scope.filter((element) => element.inDialog && isPressable(element));
  if (inDialog.length === 0) return null;
  const close = dismissalOf(inDialog);
  if (close === null || timesDone(history, actKey(snapshot, close)) > 0) return null;
  return acts(page, [press(close, 'Close the notice', 0.7)]);
}

/** The positive answer: the verb that goes on, else what closes it. */
function answerOf(page: Page): ElementView | null {
  const { snapshot, history, purpose } = page.context;
  const candidates = progressCandidates({
    snapshot,
    history,
    purpose,
    form: [],
    scope: page.scope,
    fiscal: false,
  });
  const goesOn = candidates.find((candidate) => ['issue', 'submit', 'next'].includes(candidate.kind));
  return goesOn?.element ?? dismissalOf(page.scope) ?? candidates[0]?.element ?? null;
}

function dialogText(page: Page): string {
  return modalTexts(page.context.snapshot, page.context.previous)
    .map((text) => text.text)
    .join(' ');
}

export function tick(box: ElementView) {
  return {
    action: { kind: 'check' as const, target: box.id, checked: true },
    why: `Tick "${(box.name || box.labels.label).slice(0, 60)}"`,
    stepType: 'input' as const,
    confidence: 0.85,
  };
}
