import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiEnv } from '../deps.ts';

/** Version of the API that this server speaks: additions raise the second number, nothing is taken away in `/v1`. */
export const API_VERSION = '1.0.0';

/** In which a person says for which tenant and in which mode they speak. */
export const TENANT_HEADER = 'Cfdi-Live-Tenant';
export const MODE_HEADER = 'Cfdi-Live-Mode';

export const secure: MiddlewareHandler<ApiEnv> = secureHeaders({
  strictTransportSecurity: 'max-age=63072000; includeSubDomains',
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
});

/** What an answer that is data may do in a browser: nothing. Pages and files bring a policy of their own. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

export const describeAnswer: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  // Not by `c.header`: on an answer that is made, it makes another one each time.
  const { headers } = c.res;
  headers.set('api-version', API_VERSION);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_POLICY);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};
