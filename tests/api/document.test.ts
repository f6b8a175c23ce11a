/**
 * What the document owes its reader, beyond what redocly's rules can ask. A failure says which operation or value lacks what;
 * the words belong beside the schema or the route.
 */
import { readFile } from 'node:fs/promises';
import { ERROR_CODES, type ErrorCode } from '@cfdi-live/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schema } from '../../openapi/breaking/document.ts';

interface Media {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, unknown>;
}
interface Parameter {
  $ref?: string;
  name: string;
  description?: string;
  schema: Schema;
}
interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
}
interface Document {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema & { description?: string }>;
    examples: Record<string, { value: { code: string; status: number } }>;
  };
}

let document: Document;
let operations: [string, Operation][];
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

beforeAll(async () => {
  const text = await readFile(new URL('../../openapi/v1.json', import.meta.url), 'utf8');
  document = JSON.parse(text) as Document;
  ajv.addSchema(document, 'v1');
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      it,
    ]),
  );
});

/** Names that say it all, wherever they stand. */
const SELF_EVIDENT = new Set(
  `id type mode name title url date en es message error data email rfc fullName externalId createdAt updatedAt startedAt
   endedAt finishedAt fileName contentType eventType taskId sequence`.split(/\s+/),
);

function named(schema: Schema): Schema {
  return schema.$ref === undefined
    ? schema
    : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
}

function isDescribed(schema: Schema): boolean {
  if (schema['description'] !== undefined || named(schema)['description'] !== undefined) return true;
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return parts.some(isDescribed) || (schema.items !== undefined && isDescribed(schema.items));
}

describe('every operation', () => {
  it('has a name, a tag of the list, a summary and a description', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    const lacking = operations.flatMap(([place, it]) => [
      ...(it.operationId === undefined ? [`${place}: operationId`] : []),
      ...(it.tags?.length === 1 && tags.has(it.tags[0] ?? '')
        ? []
        : [`${place}: one tag of the list in api/src/openapi.ts`]),
      ...(it.summary === undefined ? [`${place}: summary`] : []),
      ...(it.description === undefined ? [`${place}: description`] : []),
    ]);
    expect(lacking).toEqual([]);
    expect(document.tags.filter(({ description }) => description === undefined)).toEqual([]);
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('describes its parameters', () => {
    const lacking = operations.flatMap(([place, { parameters = [] }]) =>
      parameters
        .filter((it) => it.$ref === undefined && it.description === undefined && !isDescribed(it.schema))
        .map(({ name }) => `${place}: description of ${name}`),
    );
    expect(lacking).toEqual([]);
  });

  it('shows a request and an answer of success, unless that is a file', () => {
    const lacking = operations.flatMap(([place, { requestBody, responses }]) => {
      const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      const media = [
        ...Object.entries(requestBody?.content ?? {}).map(([type, it]) => [`request ${type}`, it] as const),
        ...answers.flatMap(([status, { content = {} }]) =>
          Object.entries(content).map(([type, it]) => [`${status} ${type}`, it] as const),
        ),
      ];
      return media
        .filter(
          ([what, it]) =>
            !what.endsWith('octet-stream') && it.example === undefined && it.examples === undefined,
        )
        .map(([what]) => `${place}: example of ${what}`);
    });
    expect(lacking).toEqual([]);
  });

  it('shows what its own schemas allow', () => {
    const wrong: string[] = [];
    const look = (place: string, pointer: string[], media: Record<string, Media>): void => {
      for (const [type, { example }] of Object.entries(media)) {
        if (example === undefined || !type.includes('json')) continue;
        const path = [...pointer, 'content', type, 'schema'].map((part) =>
          encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
        );
        const validate = ajv.compile({ $ref: `v1#/${path.join('/')}` });
        if (!validate(example)) wrong.push(`${place}: ${ajv.errorsText(validate.errors)}`);
      }
    };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { requestBody, responses }] of Object.entries(methods)) {
        const pointer = ['paths', path, method];
        look(`${method} ${path} request`, [...pointer, 'requestBody'], requestBody?.content ?? {});
        for (const [status, { content = {} }] of Object.entries(responses)) {
          look(`${method} ${path} ${status}`, [...pointer, 'responses', status], content);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('answers a problem of the closed list by its own status, with an example', () => {
    const wrong = operations.flatMap(([place, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const problem = content?.['application/problem+json'];
        if (problem === undefined) return [];
        const codes = Object.keys(problem.examples ?? {});
        const strangers = codes.filter((code) => String(ERROR_CODES[code as ErrorCode]?.status) !== status);
        return codes.length > 0 && strangers.length === 0 ? [] : [`${place} ${status}: ${strangers.join()}`];
      }),
    );
    expect(wrong).toEqual([]);
    const problem = ajv.compile({ $ref: 'v1#/components/schemas/Problem' });
    for (const [code, { value }] of Object.entries(document.components.examples)) {
      expect(problem(value), ajv.errorsText(problem.errors)).toBe(true);
      expect(value.code).toBe(code);
    }
  });
});

it('every value of a schema is described, or its name says it all', () => {
  const lacking = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([field, schema]) => !SELF_EVIDENT.has(field) && !isDescribed(schema))
      .map(([field]) => `${name}.${field}`),
  );
  expect(lacking, 'add .meta({ description }) in packages/contract').toEqual([]);
});

it('every webhook tells what it is and how to trust it', () => {
  const lacking = Object.entries(document.webhooks).filter(
    ([, { post }]) => post?.summary === undefined || post.description?.includes('webhook-signature') !== true,
  );
  expect(lacking.map(([type]) => type)).toEqual([]);
});
