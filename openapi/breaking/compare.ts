/** Compares two versions of the API's document, and lists what would break a client of the earlier one. */
import { compareSchemas, type Comparison, type Direction } from './compare-schema.ts';
import {
  resolveParameter,
  type Content,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Security,
} from './document.ts';

/**
 * The changes that break a client, one sentence each, in a stable order: `POST /v1/tasks request.amount: is required now`.
 *
 * Additive changes are none: new operations, optional fields of a request, fields of an answer, values of an answer's list,
 * event types, error statuses. See `docs/guides/versioning.md`.
 */
export function breakingChanges(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const found = new Set<string>();
  const comparison: Comparison = {
    before,
    after,
    seen: new Set(),
    report: (where, what) => void found.add(`${where}: ${what}`),
  };
  const nows = operationsOf(after.paths);
  for (const [place, old] of operationsOf(before.paths)) {
    const now = nows.get(place);
    if (now === undefined) comparison.report(old.place, 'was removed');
    else compareOperations(comparison, old.place, old.operation, now.operation);
  }
  for (const [type, methods] of Object.entries(before.webhooks ?? {})) {
    const [old, now] = [methods['post'], after.webhooks?.[type]?.['post']];
    if (now === undefined) comparison.report(`event ${type}`, 'was removed');
    else if (old?.requestBody !== undefined && now.requestBody !== undefined) {
      // What we send is to its receiver what an answer is.
      compareContent(
        comparison,
        'response',
        `event ${type}`,
        old.requestBody.content,
        now.requestBody.content,
      );
    }
  }
  return [...found].toSorted();
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

interface Placed {
  place: string;
  operation: Operation;
}

/** By method and path; the names of a path's parameters are nobody's business. */
function operationsOf(paths: OpenApiDocument['paths']): Map<string, Placed> {
  const operations = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    METHODS.flatMap((method): [string, Placed][] => {
      const operation = methods[method];
      const place = `${method.toUpperCase()} ${path}`;
      return operation === undefined ? [] : [[place.replaceAll(/\{\w+\}/g, '{}'), { place, operation }]];
    }),
  );
  return new Map(operations);
}

function compareOperations(comparison: Comparison, place: string, old: Operation, now: Operation): void {
  if (old.operationId !== now.operationId) {
    comparison.report(place, `operationId ${old.operationId ?? 'none'} became ${now.operationId ?? 'none'}`);
  }
  const requires = waysIn(comparison.after, now);
  for (const way of waysIn(comparison.before, old)) {
    if (!isStillLetIn(way, requires)) comparison.report(place, `${describe(way)} is no longer enough`);
  }
  compareParameters(comparison, place, [
    (old.parameters ?? []).map((parameter) => resolveParameter(comparison.before, parameter)),
    (now.parameters ?? []).map((parameter) => resolveParameter(comparison.after, parameter)),
  ]);
  compareBodies(comparison, place, old, now);
  for (const [status, answer] of Object.entries(old.responses ?? {})) {
    const successor = now.responses?.[status];
    const where = `${place} ${status}`;
    if (successor === undefined) {
      comparison.report(where, 'was removed');
      continue;
    }
    compareContent(comparison, 'response', where, answer.content ?? {}, successor.content ?? {});
    for (const header of Object.keys(answer.headers ?? {})) {
      if (successor.headers?.[header] === undefined)
        comparison.report(`${where} header ${header}`, 'was removed');
    }
  }
}

function waysIn(document: OpenApiDocument, operation: Operation): readonly Security[] {
  const ways = operation.security ?? document.security ?? [];
  return ways.length === 0 ? [{}] : ways;
}

/** Whether whoever came in this way still does: some way asks for no more than it. */
function isStillLetIn(way: Security, now: readonly Security[]): boolean {
  return now.some((asked) =>
    Object.entries(asked).every(
      ([scheme, scopes]) => scheme in way && scopes.every((scope) => way[scheme]?.includes(scope)),
    ),
  );
}

function describe(way: Security): string {
  const [first] = Object.entries(way);
  return first === undefined ? 'no key' : `${first[0]} with ${first[1].join(', ') || 'any scope'}`;
}

function compareParameters(
  comparison: Comparison,
  place: string,
  [olds, nows]: readonly [readonly Parameter[], readonly Parameter[]],
): void {
  const keyed = (parameters: readonly Parameter[]): Map<string, Parameter> => {
    let position = 0;
    return new Map(
      // Of a path's parameters the place counts, of the others the name.
      parameters.map((parameter) => [
        parameter.in === 'path' ? `path ${++position}` : `${parameter.in} ${parameter.name}`,
        parameter,
      ]),
    );
  };
  const [before, after] = [keyed(olds), keyed(nows)];
  for (const [key, old] of before) {
    const now = after.get(key);
    if (now === undefined) comparison.report(`${place} ${key}`, 'was removed');
    else compareSchemas(comparison, 'request', `${place} ${key}`, [old.schema, now.schema]);
  }
  for (const [key, now] of after) {
    if (now.required === true && before.get(key)?.required !== true) {
      comparison.report(`${place} ${key}`, 'is required now');
    }
  }
}

function compareBodies(comparison: Comparison, place: string, old: Operation, now: Operation): void {
  const where = `${place} request`;
  if (now.requestBody?.required === true && old.requestBody?.required !== true) {
    comparison.report(where, 'a body is required now');
  }
  if (old.requestBody === undefined) return;
  if (now.requestBody === undefined) comparison.report(where, 'takes no body now');
  else compareContent(comparison, 'request', where, old.requestBody.content, now.requestBody.content);
}

function compareContent(
  comparison: Comparison,
  direction: Direction,
  where: string,
  olds: Content,
  nows: Content,
): void {
  for (const [type, old] of Object.entries(olds)) {
    const now = nows[type];
    if (now === undefined) comparison.report(where, `${type} is gone`);
    else if (old.schema !== undefined && now.schema !== undefined) {
      compareSchemas(comparison, direction, where, [old.schema, now.schema]);
    }
  }
}
