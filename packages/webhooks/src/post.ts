/**
 * One POST to an address that somebody else chose. The address is checked inside the resolver at connect, so that a name
 * which changes its address between check and use (DNS rebinding) reaches nothing private; redirects are not followed,
 * proxies of the environment are not asked, and of the answer no more than its head is read.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { isListedHost, isPublicAddress, literalAddress, portOf, type OutboundRules } from '@cfdi-live/domain';

export const KEPT_RESPONSE_BYTES = 2_048;

export interface Posted {
  status: number;
  /** The first 2 KB of the body, or what came of it in time. */
  head: string;
  /** Milliseconds, where the answer names a time in the future. */
  retryAfterMs: number | null;
}

/** Thrown where the address may not be reached. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** Sends, and settles within `timeoutMs`. Rejects with `AddressRefused`, a `TimeoutError` or the network's own error. */
export function post(
  input: { url: string; headers: Record<string, string>; body: string },
  rules: OutboundRules & { timeoutMs: number },
): Promise<Posted> {
  const url = new URL(input.url);
  const port = portOf(url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<Posted>((resolve, reject) => {
    // A literal address never reaches the resolver, so it is checked here.
    const literal = literalAddress(url.hostname);
    if (literal !== null && !mayReach(literal, literal, port, rules)) {
      reject(new AddressRefused('the address is private'));
      return;
    }
    let answered = false;
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...input.headers, 'content-length': Buffer.byteLength(input.body) },
        lookup: guardedLookup(port, rules),
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

/** Resolves a name and refuses it if any of its addresses is private. */
function guardedLookup(port: number, rules: OutboundRules): LookupFunction {
  return (host, { all }, callback) => {
    const fail = (error: Error): void => callback(error, '', 4);
    rules.resolveHost(host).then((addresses) => {
      const [first] = addresses;
      if (first === undefined) fail(Object.assign(new Error('host not found'), { code: 'ENOTFOUND' }));
      else if (!addresses.every((address) => mayReach(address, host, port, rules)))
        fail(new AddressRefused('the name resolves to a private address'));
      else if (all === true)
        callback(
          null,
          addresses.map((address) => ({ address, family: familyOf(address) })),
        );
      else callback(null, first, familyOf(first));
    }, fail);
  };
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4;
}

function mayReach(address: string, host: string, port: number, rules: OutboundRules): boolean {
  return isPublicAddress(address) || isListedHost(host, port, rules.allowedPrivateHosts);
}

/** Seconds, or a date (RFC 9110). */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
