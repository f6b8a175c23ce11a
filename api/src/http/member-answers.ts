/** Answers that changing the members of a tenant shares. */
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';

const REFUSALS = {
  key_too_weak:
    'Members are managed by a key of live mode with every scope, or by a person: whoever is added may do as much.',
  needs_owner: 'Only an owner makes and unmakes owners.',
};

export function answerMemberRefusal(c: Context<ApiEnv>, refusal: keyof typeof REFUSALS) {
  return problem(c, 'forbidden', { detail: REFUSALS[refusal] });
}

export function answerLastOwner(c: Context<ApiEnv>, path: string) {
  const message = 'A tenant keeps at least one owner. Make another one first.';
  return problem(c, 'invalid_request', {
    detail: message,
    errors: [{ path, code: 'last_owner', message }],
  });
}
