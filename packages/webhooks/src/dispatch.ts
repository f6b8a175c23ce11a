/**
 * One attempt of one delivery, in stages that only fit together in order: prepare → send → judge.
 * The receiver's address is checked inside the resolver at connect, so that a name which changes its address between
 * check and use (DNS rebinding) reaches nothing private.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isListedHost, isPublicAddress, literalAddress, portOf } from '@cfdi-live/domain';
import type { Event } from '@cfdi-live/contract';
import { nextAttempt } from './schedule.ts';
import { signatureHeaders } from './sign.ts';

const TOTAL_MS = 15_000;
const KEPT_RESPONSE_BYTES = 2_048;

/** A signed request that has not been sent. */
export interface PreparedAttempt {
  stage: 'prepared';
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What came back. `status` is null when there was no HTTP answer; `error` then says why, in our words. */
export interface SentAttempt {
  stage: 'sent';
  status: number | null;
  durationMs: number;
  /** First 2 KB of the answer's body. */
  responseHead: string;
  retryAfterMs: number | null;
  error: string | null;
}

export type Judgement =
  | { state: 'delivered' }
  | { state: 'pending'; delayMs: number }
  | { state: 'failed' }
  /** 410 Gone: the receiver wants no more. */
  | { state: 'endpoint_disabled' };

export interface DispatchOptions {
  /** `host` or `host:port` entries that may be private; everything else private is refused. */
  allowedPrivateHosts: readonly string[];
  /** Every address of a name. Default: the system's resolver. */
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
  totalMs?: number;
}

export function prepareAttempt(input: {
  url: string;
  secret: string;
  event: Event;
  at: Date;
}): PreparedAttempt {
  const body = JSON.stringify(input.event);
  const signature = signatureHeaders({ secret: input.secret, id: input.event.id, body, at: input.at });
  return {
    stage: 'prepared',
    url: input.url,
    headers: { 'content-type': 'application/json', 'user-agent': 'cfdi-live-webhooks/1', ...signature },
    body,
  };
}

/** Sends a prepared attempt: 15 s in total, no redirects. Never throws: every failure is an answer without a status. */
export async function sendAttempt(attempt: PreparedAttempt, options: DispatchOptions): Promise<SentAttempt> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const answer = await post(attempt, options);
    return { stage: 'sent', durationMs: took(), error: null, ...answer };
  } catch (error) {
    const reason = error instanceof DispatchRefused ? error.message : networkReason(error);
    return {
      stage: 'sent',
      status: null,
      durationMs: took(),
      responseHead: '',
      retryAfterMs: null,
      error: reason,
    };
  }
}

/** 2xx delivers, 410 disables, everything else waits for its next turn. `attempts` includes this one. */
export function judgeAttempt(sent: SentAttempt, input: { attempts: number; jitter: number }): Judgement {
  if (sent.status !== null && sent.status >= 200 && sent.status < 300) return { state: 'delivered' };
  if (sent.status === 410) return { state: 'endpoint_disabled' };
  return nextAttempt({ ...input, retryAfterMs: sent.retryAfterMs });
}

class DispatchRefused extends Error {}

type Answer = Pick<SentAttempt, 'status' | 'responseHead' | 'retryAfterMs'>;

function post(attempt: PreparedAttempt, options: DispatchOptions): Promise<Answer> {
  const url = new URL(attempt.url);
  const port = portOf(url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const signal = AbortSignal.timeout(options.totalMs ?? TOTAL_MS);
  return new Promise<Answer>((resolve, reject) => {
    // A literal address never reaches the resolver, so it is checked here.
    const literal = literalAddress(url.hostname);
    if (literal !== null && !mayReach(literal, literal, port, options)) {
      reject(new DispatchRefused('the address is private'));
      return;
    }
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...attempt.headers, 'content-length': Buffer.byteLength(attempt.body) },
        lookup: guardedLookup(port, options),
        signal,
        agent: false,
      },
      (response) => {
        let head = Buffer.alloc(0);
        const answer = (): Answer => ({
          status: response.statusCode ?? null,
          responseHead: head.toString('utf8').replaceAll('\0', ''),
          retryAfterMs: retryAfterMs(response.headers['retry-after']),
        });
        response.on('data', (chunk: Buffer) => {
          head = Buffer.concat([head, chunk]).subarray(0, KEPT_RESPONSE_BYTES);
          // The rest is of no interest, and may be endless.
          if (head.length >= KEPT_RESPONSE_BYTES) {
            resolve(answer());
            request.destroy();
          }
        });
        response.on('end', () => resolve(answer()));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(attempt.body);
  });
}

/** Resolves a name and refuses it if any of its addresses is private. */
function guardedLookup(port: number, options: DispatchOptions): LookupFunction {
  const resolve = options.resolve ?? ((host) => dnsLookup(host, { all: true }));
  return (host, lookupOptions, callback) => {
    resolve(host).then(
      (addresses) => {
        const allowed = addresses.every(({ address }) => mayReach(address, host, port, options));
        const first = addresses[0];
        if (first === undefined || !allowed) {
          callback(new DispatchRefused('the name resolves to a private address'), '', 4);
        } else if (lookupOptions.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('lookup failed'), '', 4),
    );
  };
}

function mayReach(address: string, host: string, port: number, options: DispatchOptions): boolean {
  return isPublicAddress(address) || isListedHost(host, port, options.allowedPrivateHosts);
}

function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

function networkReason(error: unknown): string {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return 'timed out';
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'network error';
  return `no answer (${code})`;
}
