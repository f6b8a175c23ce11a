/** One attempt of one delivery, in stages that only fit together in order: prepare → send → judge. */
import type { Clock, OutboundRules, SendWebhook, WebhookAnswer, WebhookMessage } from '@cfdi-live/domain';
import { AddressRefused } from './guard.ts';
import { post } from './post.ts';
import { nextAttempt, type NextAttempt } from './schedule.ts';
import { signatureHeaders } from './sign.ts';

const TOTAL_MS = 15_000;

/** A signed request that has not been sent. */
export interface PreparedAttempt {
  stage: 'prepared';
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What came back. */
export interface SentAttempt extends WebhookAnswer {
  stage: 'sent';
  retryAfterMs: number | null;
}

export type Judgement =
  | { state: 'delivered' }
  /** 410: the receiver wants no more. */
  | { state: 'gone' }
  | NextAttempt;

export interface DispatchOptions extends OutboundRules {
  /** Name look-up, connection and answer together; default 15 s. */
  totalMs?: number;
}

export function prepareAttempt(message: Omit<WebhookMessage, 'endpointId'>, at: Date): PreparedAttempt {
  const body = JSON.stringify(message.event);
  const signature = signatureHeaders({ secrets: message.secrets, id: message.event.id, body, at });
  return {
    stage: 'prepared',
    url: message.url,
    headers: { 'content-type': 'application/json', 'user-agent': 'cfdi-live-webhooks/1', ...signature },
    body,
  };
}

/** Sends a prepared attempt. Never rejects: every failure is an answer without a status. */
export async function sendAttempt(attempt: PreparedAttempt, options: DispatchOptions): Promise<SentAttempt> {
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  try {
    const posted = await post(attempt, { ...options, timeoutMs: options.totalMs ?? TOTAL_MS });
    return {
      stage: 'sent',
      status: posted.status,
      durationMs: took(),
      responseHead: posted.head.replaceAll('\0', ''),
      retryAfterMs: posted.retryAfterMs,
      error: null,
    };
  } catch (error) {
    return {
      stage: 'sent',
      status: null,
      durationMs: took(),
      responseHead: '',
      retryAfterMs: null,
      error: reasonOf(error),
    };
  }
}

/** 2xx delivers, 410 disables, everything else waits for its next turn. `tries` of the schedule include this one. */
export function judgeAttempt(sent: SentAttempt, input: { tries: number; jitter: number }): Judgement {
  const outcome = outcomeOf(sent.status);
  if (outcome !== 'refused') return { state: outcome };
  return nextAttempt({ ...input, retryAfterMs: sent.retryAfterMs });
}

/** Sends one message beside the schedule. */
export function createWebhookSender(options: DispatchOptions, clock: Clock): SendWebhook {
  return async (message) => {
    const { status, durationMs, responseHead, error } = await sendAttempt(
      prepareAttempt(message, clock.now()),
      options,
    );
    return { status, durationMs, responseHead, error, outcome: outcomeOf(status) };
  };
}

function outcomeOf(status: number | null): 'delivered' | 'gone' | 'refused' {
  if (status !== null && status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'refused';
}

/** Words of ours: an error's own message may name an address. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return error.message;
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return 'timed out';
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'network error';
  return `no answer (${code})`;
}
