/**
 * Every answer of our API that a test receives, through whatever client, must be what the committed document describes: JSON
 * bodies and the events of streams. What is not fails the test that saw it.
 */
import { afterEach } from 'vitest';
import { watchAnswers, type AnswerWatch } from './answer-watch.ts';

// Kept on the process, for test files share it.
const KEY = Symbol.for('cfdi-live.answer-watch');
const shared = globalThis as { [KEY]?: AnswerWatch };
const watch = (shared[KEY] ??= watchAnswers(globalThis.fetch));
globalThis.fetch = watch.fetch;

/** For receivers of webhooks: what they are sent must be described too. */
export const lookAtWebhook = (body: string): void => watch.webhook(body);

afterEach(async () => {
  const violations = await watch.violations();
  if (violations.length > 0) throw new Error(`the document does not describe:\n${violations.join('\n')}`);
});
