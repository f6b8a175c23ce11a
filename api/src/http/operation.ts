/** One operation of the API: its place in the OpenAPI document, its guards in their fixed order, its handler. */
import type { ErrorCode } from '@cfdi-live/contract';
import type { OpenAPIHono, RouteConfig, RouteConfigToTypedResponse, RouteHandler } from '@hono/zod-openapi';
import type { MiddlewareHandler, TypedResponse } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { allowedOf, isOpen, parametersOf, securityOf, type Allowed, type CallerRules } from './allowed.ts';
import { authenticate, authorise } from './authenticate.ts';
import { fileBody, strictJsonBody } from './body.ts';
import { answerPreflight } from './cors.ts';
import { idempotent, IDEMPOTENCY_PARAMETER_REF, type IdempotencyOptions } from './idempotency.ts';
import { limitRequests } from './limits.ts';
import { problemResponses, type ProblemResponse } from './problems.ts';

type OperationConfig = Pick<RouteConfig, 'method' | 'path' | 'summary' | 'description' | 'tags' | 'request'> &
  CallerRules & {
    operationId: string;
    /** Answers of success only. */
    responses: RouteConfig['responses'];
    /** Problems of this operation besides those that every operation of its kind has. */
    problems: readonly ErrorCode[];
    /** How `Idempotency-Key` works here: every POST for a tenant takes one. */
    idempotency?: IdempotencyOptions;
  };

type OperationHandler<Config extends OperationConfig> = (
  c: Parameters<RouteHandler<Config, ApiEnv>>[0],
) => Promise<SuccessOf<Config> | ProblemResponse<Config['problems'][number]>>;

type SuccessOf<Config extends OperationConfig> =
  | RouteConfigToTypedResponse<Config>
  // An answer without content has no type of its own in Hono.
  | (204 extends keyof Config['responses'] ? Response & TypedResponse<null, 204, 'body'> : never);

export interface Operation {
  route: RouteConfig;
  /** Every error code that it may answer. */
  codes: readonly ErrorCode[];
  register(app: OpenAPIHono<ApiEnv>): void;
}

/** An operation. Its handler may return its answers of success and the problems it names, nothing else. */
export function operation<const Config extends OperationConfig>(
  config: Config,
  handler: OperationHandler<Config>,
): Operation {
  const {
    scope: _scope,
    members: _members,
    liveToken: _liveToken,
    user: _user,
    tenant: _tenant,
    idempotency,
    problems,
    responses,
    ...route
  }: OperationConfig = config;
  const allowed = allowedOf(route.path, config);
  const hasBody = config.request?.body !== undefined;
  const guards: MiddlewareHandler<ApiEnv>[] = [];
  if (!isOpen(allowed)) guards.push(authenticate(allowed), authorise(allowed));
  // A person who speaks for no tenant has no plan to go by.
  if (!isOpen(allowed) && !allowed.user) guards.push(limitRequests);
  if (hasBody) guards.push(takesJson(config.request) ? strictJsonBody : fileBody);
  const takesKey = config.method === 'post' && !isOpen(allowed) && !allowed.user;
  if (takesKey) guards.push(idempotent(idempotency));

  const codes = [
    ...new Set([...commonProblems({ allowed, hasBody, takesKey, request: config.request }), ...problems]),
  ];

  const documented: RouteConfig = {
    ...route,
    ...withParameters(parametersOf(allowed), takesKey),
    security: securityOf(allowed),
    responses: {
      ...responses,
      ...problemResponses(codes),
    },
    middleware: guards,
  };
  return {
    route: documented,
    codes,
    // The types that tie a handler to its route were spent above, where both are literal.
    register: (app) => {
      app.openapi(documented, handler as unknown as RouteHandler<RouteConfig, ApiEnv>);
      if (allowed.liveToken !== null) answerPreflight(app, documented);
    },
  };
}

/** Every other body is a file. */
function takesJson(request: RouteConfig['request']): boolean {
  return request?.body?.content['application/json'] !== undefined;
}

function withParameters(
  { parameters = [] }: Pick<RouteConfig, 'parameters'>,
  takesKey: boolean,
): Pick<RouteConfig, 'parameters'> {
  const all = [...parameters, ...(takesKey ? [{ $ref: IDEMPOTENCY_PARAMETER_REF }] : [])];
  return all.length === 0 ? {} : { parameters: all as NonNullable<RouteConfig['parameters']> };
}

function commonProblems(of: {
  allowed: Allowed;
  hasBody: boolean;
  takesKey: boolean;
  request: RouteConfig['request'];
}): ErrorCode[] {
  const codes: ErrorCode[] = [];
  const guarded = !isOpen(of.allowed);
  const readsHeaders = of.allowed.members !== null;
  if (of.hasBody || of.takesKey || of.request?.query !== undefined || readsHeaders)
    codes.push('invalid_request');
  if (guarded) codes.push('unauthenticated', 'forbidden', 'rate_limited');
  if (of.request?.params !== undefined) codes.push('not_found');
  if (of.hasBody) codes.push('payload_too_large', 'unsupported_media_type');
  if (of.takesKey) codes.push('idempotency_mismatch', 'idempotency_in_progress');
  if (guarded) codes.push('temporarily_unavailable', 'internal');
  return codes;
}
