import { createWebhookSender } from '@cfdi-live/webhooks';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDeps, ApiEnv, Services } from './deps.ts';
import { createAccess } from './http/access.ts';
import { logRequest } from './http/access-log.ts';
import { answerError } from './http/errors.ts';
import { describeAnswer, secure } from './http/headers.ts';
import { answerUnrouted } from './http/not-found.ts';
import { coalesceHints } from './http/hints.ts';
import { requestId } from './http/request-id.ts';
import { answerInvalid } from './http/validation.ts';
import { POLICIES } from './limits/policies.ts';
import { createRequestLimits } from './limits/request-limits.ts';
import { buildOpenApiDocument } from './openapi.ts';
import { OPERATIONS } from './routes/operations.ts';
import { registerPages } from './routes/pages.ts';
import { createEventHub } from './streams/hub.ts';
import { createVendorCatalogue } from './adapters/vendor-catalogue.ts';
import { STREAM_TIMES } from './streams/times.ts';

/** The whole HTTP service over its dependencies. Opens nothing, keeps nothing: whoever made the parts closes them. */
export function createApp(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const services = servicesOf(deps);
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: answerInvalid });
  app.use(async (c, next) => {
    c.set('services', services);
    await next();
  });
  app.use(requestId, logRequest, secure, describeAnswer);
  for (const operation of OPERATIONS) operation.register(app);
  registerPages(app, buildOpenApiDocument());
  answerUnrouted(app, OPERATIONS);
  app.onError(answerError);
  return app;
}

function servicesOf({ config, resolveHost, stopping, verifyPerson, limitStore, ...deps }: ApiDeps): Services {
  const outbound = { allowedPrivateHosts: config.allowedPrivateHosts, resolveHost };
  const access = createAccess({ ...deps, verifyPerson });
  return {
    ...deps,
    queue: coalesceHints(deps.queue),
    access,
    limits: createRequestLimits({
      store: limitStore ?? { kind: 'memory' },
      policies: { ...POLICIES, ...config.limits },
      planOf: async (scope) =>
        (await deps.database.withTenant(scope, (tx) => tx.tenant.get()))?.plan ?? 'standard',
    }),
    trustedProxyHops: config.trustedProxyHops ?? 0,
    events: createEventHub({
      database: deps.database,
      access,
      times: config.streams ?? STREAM_TIMES,
      stopping: stopping ?? new AbortController().signal,
      log: deps.log,
    }),
    outbound,
    sendWebhook: createWebhookSender(outbound, deps.clock),
    sandboxHosts: config.sandboxHosts,
    vendors: createVendorCatalogue({ load: () => deps.database.system.listVendors() }),
  };
}
