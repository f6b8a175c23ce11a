/** One operation of the API: its place in the OpenAPI document, its guards in their fixed order, its handler. */
import type { ErrorCode } from '@cfdi-live/contract';
import type { Scope } from '@cfdi-live/domain';
import type { OpenAPIHono, RouteConfig, RouteConfigToTypedResponse, RouteHandler } from '@hono/zod-openapi';
import type { MiddlewareHandler, TypedResponse } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { authenticate, authorise } from './authenticate.ts';
import { strictJsonBody } from './body.ts';
import { problemResponses, type ProblemResponse } from './problems.ts';

/** Name of the security scheme in the document. */
export const API_KEY_SCHEME = 'apiKey';

type OperationConfig = Pick<
  RouteConfig,
  'method' | 'path' | 'summary' | 'description' | 'tags' | 'request'
> & {
  operationId: string;
  /** The scope a key needs; null: anybody may ask. */
  scope: Scope | null;
  /** Answers of success only. */
  responses: RouteConfig['responses'];
  /** Problems of this operation besides those that every operation of its kind has. */
  problems: readonly ErrorCode[];
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
  register(app: OpenAPIHono<ApiEnv>): void;
}

/** An operation. Its handler may return its answers of success and the problems it names, nothing else. */
export function operation<const Config extends OperationConfig>(
  config: Config,
  handler: OperationHandler<Config>,
): Operation {
  const { scope, problems, responses, ...route }: OperationConfig = config;
  const hasBody = config.request?.body !== undefined;
  const guards: MiddlewareHandler<ApiEnv>[] = [];
  if (scope !== null) guards.push(authenticate, authorise(scope));
  if (hasBody) guards.push(strictJsonBody);

  const documented: RouteConfig = {
    ...route,
    ...(scope === null ? { security: [] } : { security: [{ [API_KEY_SCHEME]: [scope] }] }),
    responses: {
      ...responses,
      ...problemResponses([...commonProblems({ scope, hasBody, request: config.request }), ...problems]),
    },
    middleware: guards,
  };
  return {
    route: documented,
    // The types that tie a handler to its route were spent above, where both are literal.
    register: (app) => void app.openapi(documented, handler as unknown as RouteHandler<RouteConfig, ApiEnv>),
  };
}

function commonProblems(of: {
  scope: Scope | null;
  hasBody: boolean;
  request: RouteConfig['request'];
}): ErrorCode[] {
  const codes: ErrorCode[] = [];
  if (of.hasBody || of.request?.query !== undefined) codes.push('invalid_request');
  if (of.scope !== null) codes.push('unauthenticated', 'forbidden');
  if (of.request?.params !== undefined) codes.push('not_found');
  if (of.hasBody) codes.push('payload_too_large', 'unsupported_media_type');
  if (of.scope !== null) codes.push('temporarily_unavailable', 'internal');
  return codes;
}
