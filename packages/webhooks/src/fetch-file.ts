/**
 * One file from an address that somebody else chose: behind the guard, hop by hop, with limits on size and time. No cookies,
 * no credentials, no proxy of the environment.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { OutboundRules } from '@cfdi-live/domain';
import { guardedLookup } from './guard.ts';

export interface FetchFileRules extends OutboundRules {
  /** Where it may be fetched from; asked again for each redirect. */
  mayVisit(url: URL): boolean;
  maxBytes: number;
  maxRedirects: number;
  /** Of everything together. */
  timeoutMs: number;
}

export type FetchedFile =
  | { kind: 'file'; bytes: Uint8Array; contentType: string; url: URL }
  /** Nothing to be had: an address that may not be reached, no 200, too much, too slow, or broken off. */
  | { kind: 'refused'; reason: 'not_allowed' | 'status' | 'too_large' | 'redirects' | 'network' };

/** Never rejects. */
export async function fetchFile(start: URL, rules: FetchFileRules): Promise<FetchedFile> {
  const signal = AbortSignal.timeout(rules.timeoutMs);
  let url = start;
  for (let hop = 0; hop <= rules.maxRedirects; hop += 1) {
    if (!mayVisit(url, rules)) return { kind: 'refused', reason: 'not_allowed' };
    const answered = await visit(url, rules, signal).catch((): FetchedFile => ({
      kind: 'refused',
      reason: 'network',
    }));
    if (answered.kind !== 'redirect') return answered;
    url = answered.to;
  }
  return { kind: 'refused', reason: 'redirects' };
}

function mayVisit(url: URL, rules: FetchFileRules): boolean {
  const plain =
    (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
  return plain && rules.mayVisit(url);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function visit(
  url: URL,
  rules: FetchFileRules,
  signal: AbortSignal,
): Promise<FetchedFile | { kind: 'redirect'; to: URL }> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'GET',
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'cfdi-live-mail/1' },
        lookup: guardedLookup(url, rules),
        signal,
        agent: false,
      },
      (response) => {
        const { statusCode = 0, headers } = response;
        const done = (outcome: FetchedFile | { kind: 'redirect'; to: URL }): void => {
          resolve(outcome);
          request.destroy();
        };
        if (REDIRECTS.has(statusCode)) {
          const { location = '' } = headers;
          if (URL.canParse(location, url)) done({ kind: 'redirect', to: new URL(location, url) });
          else done({ kind: 'refused', reason: 'status' });
          return;
        }
        if (statusCode !== 200) {
          done({ kind: 'refused', reason: 'status' });
          return;
        }
        readWhole(response, rules.maxBytes).then(
          (bytes) =>
            done(
              bytes === null
                ? { kind: 'refused', reason: 'too_large' }
                : { kind: 'file', bytes, contentType: headers['content-type'] ?? '', url },
            ),
          reject,
        );
      },
    );
    request.on('error', reject);
    // An answer that changes the protocol ends without an error.
    request.on('close', () => reject(new Error('closed')));
    request.end();
  });
}

/** Null: more than `maxBytes`. */
async function readWhole(response: IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
