/** Holds answers against the committed `openapi/v1.json`, strictly: what the document does not name is an error. */
import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { idPlaces, type IdPlace, type Schema } from './id-places.ts';

export type { IdPlace } from './id-places.ts';

interface Described {
  operationId: string;
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
  security?: Record<string, string[]>[];
  parameters?: ({ $ref: string } | { in: string; name: string; schema: Schema })[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}

export interface DescribedOperation {
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  /** The scope a key needs; null: keys may not call it. */
  scope: string | null;
  /** Roles of people that may call it for their tenant; null: no person may; none: any who signed in. */
  roles: readonly string[] | null;
  /** What a live token needs; null: none may call it. */
  liveAccess: string | null;
  /** Nobody is asked who they are. */
  open: boolean;
  /** A body of JSON: files are another matter. */
  hasBody: boolean;
  /** The example of its JSON body. */
  example: unknown;
  /** Ids of ours that it takes, wherever they stand. */
  ids: IdPlace[];
  responses: Described['responses'];
}

export interface Description {
  operations: DescribedOperation[];
  /** Throws unless the document describes this event, as it stands in a stream or a webhook. */
  checkEvent(event: unknown): void;
  /** Throws unless the document describes this answer. Gives the body back, parsed if it is JSON. */
  check(method: string, path: string, response: Response): Promise<unknown>;
}

const DOCUMENT = new URL('../../openapi/v1.json', import.meta.url);

export async function loadDescription(): Promise<Description> {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, Schema> };
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(closeObjects(document) as object, 'v1');
  const validators = new Map<string, ValidateFunction>();
  const validate = (pointer: string, body: unknown): void => {
    const validator = validators.get(pointer) ?? ajv.compile({ $ref: `v1#${pointer}` });
    validators.set(pointer, validator);
    if (!validator(body)) {
      throw new Error(`${pointer} does not describe this body:\n${listOf(validator.errors ?? [])}`);
    }
  };

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): DescribedOperation => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      scope: schemeOf(operation, 'apiKey')?.[0] ?? null,
      roles: schemeOf(operation, 'supabaseJwt'),
      liveAccess: schemeOf(operation, 'liveToken')?.[0] ?? null,
      open: (operation.security ?? []).length === 0,
      hasBody: operation.requestBody?.content['application/json'] !== undefined,
      example: operation.requestBody?.content['application/json']?.example,
      ids: idPlaces(operation, document.components.schemas),
      responses: operation.responses,
    })),
  );

  return {
    operations,
    checkEvent: (event) => {
      const isTest = (event as { type?: unknown }).type === 'webhook.test';
      validate(`/components/schemas/${isTest ? 'WebhookTestEvent' : 'Event'}`, event);
    },
    check: async (method, path, response) => {
      const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
      const body = type.endsWith('json') ? ((await response.json()) as unknown) : undefined;
      const found = operations.find(
        (operation) => operation.method === method && matches(operation.path, path),
      );
      // What no operation answers (404, 405) is a problem all the same.
      if (found === undefined) {
        validate('/components/schemas/Problem', body);
        return body;
      }
      const answer = found.responses[response.status];
      if (answer === undefined) throw new Error(`${method} ${found.path} names no ${response.status}`);
      if (answer.content === undefined) return undefined;
      // A download has the type of its file.
      if (answer.content['application/octet-stream'] !== undefined) return undefined;
      if (answer.content[type] === undefined) throw new Error(`${found.path} does not answer ${type}`);
      if (body === undefined) return undefined;
      const pointer = ['paths', found.path, method.toLowerCase(), 'responses', String(response.status)];
      validate(`/${[...pointer, 'content', type, 'schema'].map(escapePointer).join('/')}`, body);
      const named = answer.content[type]?.examples;
      if (type === 'application/problem+json' && named?.[codeOf(body)] === undefined)
        throw new Error(`${method} ${found.path} names no ${response.status} ${codeOf(body)}`);
      return body;
    },
  };
}

/** What one security scheme of an operation lists; null: it is not among them. */
function schemeOf({ security }: Described, scheme: string): string[] | null {
  return security?.find((alternative) => scheme in alternative)?.[scheme] ?? null;
}

/** Each error with the name that it is about, which Ajv's own text leaves out. */
function listOf(errors: readonly ErrorObject[]): string {
  return errors
    .map(
      ({ instancePath, message, params }) => `body${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    )
    .join('\n');
}

function codeOf(problem: unknown): string {
  return (problem as { code: string }).code;
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0] ?? '');
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The published schemas stay open, so that fields can be added; here a field that is not described is a mistake. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closeObjects);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeObjects(value)]));
  const isOpenObject = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpenObject ? { ...copy, additionalProperties: false } : copy;
}
