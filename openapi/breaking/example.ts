/** A small document for tests, to change one thing in. */
import type { Content, Parameter, Reference, Schema, Security } from './document.ts';

export const PATH = '/v1/notes/{id}';

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): Content => ({ 'application/json': { schema: ref(name) } });
const kind = (type: string): Schema => ({
  type: 'object',
  properties: { type: { type: 'string', enum: [type] } },
});

/** What an answer may have, besides its body. */
interface Answer {
  headers?: Record<string, unknown>;
  content?: Content;
}

function schemas(): Record<string, Schema> {
  return {
    Input: {
      type: 'object',
      additionalProperties: false,
      required: ['text'],
      properties: {
        text: { type: 'string', maxLength: 100 },
        priority: { type: 'number', default: 5 },
        kind: { type: 'string', enum: ['plain', 'rich'] },
      },
    },
    Note: {
      type: 'object',
      required: ['id', 'state'],
      properties: {
        id: { type: 'string' },
        state: { type: 'string', enum: ['draft', 'sent'] },
        size: { type: 'integer' },
        author: { anyOf: [ref('Person'), { type: 'null' }] },
        parts: {
          type: 'array',
          items: { oneOf: [ref('Text'), ref('Picture')], discriminator: { propertyName: 'type' } },
        },
      },
    },
    Person: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    Text: kind('text'),
    Picture: kind('picture'),
  };
}

export function base() {
  const security: Security[] = [{ apiKey: ['notes:write'] }];
  const parameters: (Parameter | Reference)[] = [
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'draft', in: 'query', schema: { type: 'boolean' } },
  ];
  const responses: Record<string, Answer> = {
    '200': { headers: { 'api-version': {} }, content: json('Note') },
  };
  const requestBody = { required: false, content: json('Input') };
  const post = { operationId: 'writeNote', security, parameters, requestBody, responses };
  const webhooks: Record<string, { post: { requestBody: { content: Content } } }> = {
    'note.written': { post: { requestBody: { content: json('Note') } } },
  };
  const described: Record<string, Parameter> = {};
  const components = { schemas: schemas(), parameters: described };
  return { paths: { [PATH]: { post } }, webhooks, components };
}

export type Base = ReturnType<typeof base>;

export function operation(document: Base) {
  const path = document.paths[PATH];
  if (path === undefined) throw new Error('no operation');
  return path.post;
}

export const input = (document: Base): Schema => schema(document, 'Input');
export const note = (document: Base): Schema => schema(document, 'Note');

export function schema(document: Base, name: string): Schema {
  const found = document.components.schemas[name];
  if (found === undefined) throw new Error(`no schema ${name}`);
  return found;
}
