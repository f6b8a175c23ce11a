/** The client and the API's document, held against each other: a method for each operation, and none for anything else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CfdiLive } from '@cfdi-live/sdk';
import { expect, test } from 'vitest';

interface ApiDocument {
  paths: Record<string, Record<string, unknown>>;
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];

async function operationsOfDocument(): Promise<{ name: string; matches: RegExp }[]> {
  const file = path.join(import.meta.dirname, '../../openapi/v1.json');
  const { paths } = JSON.parse(await readFile(file, 'utf8')) as ApiDocument;
  return Object.entries(paths).flatMap(([template, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const name = `${method.toUpperCase()} ${template}`;
      return {
        name,
        matches: new RegExp(`^${name.replaceAll(/\{\w+\}/g, '(?!batch|validate|resolve|extract)[^/]+')}$`),
      };
    }),
  );
}

/** Calls every method of every resource with ids that tell nothing, and returns what was asked of the API. */
async function callEverything(): Promise<string[]> {
  const asked: string[] = [];
  const client = new CfdiLive({
    apiKey: 'cl_test_x',
    baseUrl: 'http://api.test',
    fetch: (input, init) => {
      asked.push(
        `${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname}`,
      );
      return Promise.resolve(Response.json({ data: [], hasMore: false, nextCursor: null }));
    },
  });
  // These are made of others, or follow a stream for ever.
  const COMPOSED = new Set([
    'constructor',
    'waitFor',
    'createAndWait',
    'events',
    'stream',
    'send',
    'pages',
    'transport',
  ]);
  for (const resource of Object.values(client)) {
    const prototype: unknown = Object.getPrototypeOf(resource);
    if (prototype === Object.prototype || prototype === null) continue;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (COMPOSED.has(name)) continue;
      const method = (resource as Record<string, (...given: unknown[]) => unknown>)[name]?.bind(resource);
      await method?.('id_1', {});
    }
  }
  return asked;
}

// The event list of a task is the stream's other form, and the live socket belongs to the web component.
const WITHOUT_METHOD = ['GET /v1/tasks/{id}/events', 'GET /v1/tasks/{id}/live'];

test('each operation of the document has a method, and each method an operation', async () => {
  const operations = await operationsOfDocument();
  const asked = await callEverything();
  const without = operations.filter(({ matches }) => !asked.some((call) => matches.test(call)));
  expect(without.map(({ name }) => name).filter((name) => !WITHOUT_METHOD.includes(name))).toEqual([]);
  expect(asked.filter((call) => !operations.some(({ matches }) => matches.test(call)))).toEqual([]);
});
