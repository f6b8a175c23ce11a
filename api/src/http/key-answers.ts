/** Answers that making and rotating a key share. */
import type { BeyondCaller } from '@cfdi-live/domain';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';

/** A time of the wire; what was not given stays so. */
export function timeOf(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text;
}

export function answerBeyondCaller(c: Context<ApiEnv>, refusal: BeyondCaller) {
  const detail =
    refusal.kind === 'mode_exceeded'
      ? 'A key is made in the mode of its caller; a person names theirs by `Cfdi-Live-Mode`.'
      : `This key cannot give what it lacks: \`${refusal.scopes.join('`, `')}\`.`;
  return problem(c, 'forbidden', { detail });
}

export function answerExpiryInThePast(c: Context<ApiEnv>) {
  const message = 'This time has passed.';
  return problem(c, 'invalid_request', {
    detail: 'The key would be over before it began.',
    errors: [{ path: 'expiresAt', code: 'in_the_past', message }],
  });
}
