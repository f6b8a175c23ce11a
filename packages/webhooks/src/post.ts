/**
 * One POST to an address that somebody else chose, behind the guard. Redirects are not followed, proxies of the environment
 * are not asked, and of the answer no more than its head is read.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { OutboundRules } from '@cfdi-live/domain';
import { guardedLookup } from './guard.ts';

export const KEPT_RESPONSE_BYTES = 2_048;

export interface Posted {
  status: number;
  /** The first 2 KB of the body, or what came of it in time. */
  head: string;
  /** Milliseconds, where the answer names a time in the future. */
  retryAfterMs: number | null;
}

/** Sends, and settles within `timeoutMs`. Rejects with `AddressRefused`, a `TimeoutError` or the network's own error. */
export function post(
  input: { url: string; headers: Record<string, string>; body: string },
  rules: OutboundRules & { timeoutMs: number },
): Promise<Posted> {
  const url = new URL(input.url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<Posted>((resolve, reject) => {
    let answered = false;
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...input.headers, 'content-length': Buffer.byteLength(input.body) },
        lookup: guardedLookup(url, rules),
        signal: AbortSignal.timeout(rules.timeoutMs),
        agent: false,
      },
      (response) => {
        answered = true;
        readHead(response, (posted) => {
          resolve(posted);
          // The rest is of no interest, and may be endless.
          request.destroy();
        });
      },
    );
    // Once there is an answer, its own end says what came of it.
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    // An answer that changes the protocol ends without an error.
    request.on('close', () => {
      if (!answered) reject(new Error('closed'));
    });
    request.end(input.body);
  });
}

/** Tells the answer once: when it ends, breaks off or has shown enough. */
function readHead(response: IncomingMessage, done: (posted: Posted) => void): void {
  let head = Buffer.alloc(0);
  const finish = (): void =>
    done({
      status: response.statusCode ?? 0,
      head: head.toString('utf8'),
      retryAfterMs: retryAfterMs(response.headers['retry-after']),
    });
  response.on('data', (chunk: Buffer) => {
    head = Buffer.concat([head, chunk.subarray(0, KEPT_RESPONSE_BYTES - head.length)]);
    if (head.length === KEPT_RESPONSE_BYTES) finish();
  });
  response.on('end', finish);
  // The status has come, and says what the receiver made of it.
  response.on('error', finish);
  response.on('close', finish);
}

/** Seconds, or a date (RFC 9110). */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
