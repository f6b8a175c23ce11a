/** Limits at the door: requests of a caller and its tenant, and refused keys of an address. */
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { clientAddress } from './client-address.ts';
import { problem, type ProblemResponse } from './problems.ts';

/** Counts a request of whom authorisation let in; its answer says what is left. */
export const limitRequests: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const verdict = await c.get('services').limits.countRequest(c.get('principal'));
  if (verdict === null) return next();
  if (!verdict.granted) {
    return problem(c, 'rate_limited', {
      detail: 'Too many requests. Wait as long as Retry-After says.',
      headers: verdict.headers,
    });
  }
  await next();
  for (const [name, value] of Object.entries(verdict.headers)) c.res.headers.set(name, value);
};

/**
 * Counts a refused key or token by the address that sent it. Over the limit the answer is 429, so that guessing gets
 * slow; a good key of the same address still passes, for behind one address many may stand who have done nothing wrong.
 */
export async function limitFailures(c: Context<ApiEnv>): Promise<ProblemResponse<'rate_limited'> | null> {
  const { limits, trustedProxyHops } = c.var.services;
  const socketAddress = c.env?.incoming?.socket.remoteAddress;
  const address = clientAddress(socketAddress, c.req.header('x-forwarded-for'), trustedProxyHops);
  const { granted, retryAfter } = await limits.countFailure(address);
  if (granted) return null;
  return problem(c, 'rate_limited', {
    detail: 'Too many requests without a valid key came from this address.',
    headers: { 'retry-after': String(retryAfter) },
  });
}
