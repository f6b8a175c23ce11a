import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { breakingChanges } from './compare.ts';
import { base, input, note, operation, PATH, type Base } from './example.ts';
import type { OpenApiDocument, Parameter } from './document.ts';

function after(
  change: (document: Base) => void,
  prepare: (document: Base) => void = () => undefined,
): string[] {
  const [before, changed] = [base(), base()];
  prepare(before);
  prepare(changed);
  change(changed);
  return breakingChanges(before, changed);
}

const query = (document: Base) => operation(document).parameters[1] as Parameter;
const pathId = (document: Base) => operation(document).parameters[0] as Parameter;

describe('a client breaks when', () => {
  const breaking: [string, (document: Base) => void, string][] = [
    [
      'a path goes',
      (d) => void delete (d.paths as object as Record<string, unknown>)[PATH],
      `POST ${PATH}: was removed`,
    ],
    [
      'an operation changes its name',
      (d) => (operation(d).operationId = 'putNote'),
      `POST ${PATH}: operationId writeNote became putNote`,
    ],
    [
      'another scope is asked for',
      (d) => (operation(d).security = [{ apiKey: ['notes:admin'] }]),
      `POST ${PATH}: apiKey with notes:write is no longer enough`,
    ],
    [
      'a further scope is asked for',
      (d) => (operation(d).security = [{ apiKey: ['notes:write', 'notes:admin'] }]),
      `POST ${PATH}: apiKey with notes:write is no longer enough`,
    ],
    ['a parameter goes', (d) => operation(d).parameters.pop(), `POST ${PATH} query draft: was removed`],
    [
      'a parameter becomes required',
      (d) => (query(d).required = true),
      `POST ${PATH} query draft: is required now`,
    ],
    [
      'a new parameter is required',
      (d) => operation(d).parameters.push({ name: 'x', in: 'header', required: true, schema: {} }),
      `POST ${PATH} header x: is required now`,
    ],
    [
      'a parameter changes its type',
      (d) => (query(d).schema = { type: 'string' }),
      `POST ${PATH} query draft: boolean became string`,
    ],
    [
      'a body becomes required',
      (d) => (operation(d).requestBody.required = true),
      `POST ${PATH} request: a body is required now`,
    ],
    [
      'a body goes',
      (d) => void delete (operation(d) as { requestBody?: unknown }).requestBody,
      `POST ${PATH} request: takes no body now`,
    ],
    [
      'a body of another kind is asked for',
      (d) => (operation(d).requestBody.content = { 'text/plain': { schema: {} } }),
      `POST ${PATH} request: application/json is gone`,
    ],
    ['a status goes', (d) => (operation(d).responses = { '201': {} }), `POST ${PATH} 200: was removed`],
    [
      'a header goes',
      (d) => (operation(d).responses['200']!.headers = {}),
      `POST ${PATH} 200 header api-version: was removed`,
    ],
    [
      'a field of a request goes',
      (d) => void delete input(d).properties!['kind'],
      'Input (request).kind: was removed',
    ],
    [
      'a field of a request becomes required',
      (d) => input(d).required!.push('kind'),
      'Input (request).kind: is required now',
    ],
    [
      'a new field of a request is required',
      (d) => {
        input(d).properties!['author'] = { type: 'string' };
        input(d).required!.push('author');
      },
      'Input (request).author: is required now',
    ],
    [
      'a request takes fewer types',
      (d) => (input(d).properties!['priority'] = { type: 'integer', default: 5 }),
      'Input (request).priority: number became integer',
    ],
    [
      'a request takes fewer values',
      (d) => (input(d).properties!['kind'] = { type: 'string', enum: ['plain'] }),
      'Input (request).kind: "rich" is no longer taken',
    ],
    [
      'a request takes listed values only',
      (d) => (input(d).properties!['text'] = { type: 'string', maxLength: 100, enum: ['a'] }),
      'Input (request).text: takes only listed values now',
    ],
    [
      'a limit of a request sinks',
      (d) => (input(d).properties!['text']!['maxLength'] = 50),
      'Input (request).text: maxLength 100 became 50',
    ],
    [
      'a request is held to a pattern',
      (d) => (input(d).properties!['text']!.pattern = '^a'),
      'Input (request).text: pattern none became "^a"',
    ],
    [
      'a request is held to a format',
      (d) => (input(d).properties!['text']!.format = 'email'),
      'Input (request).text: format none became email',
    ],
    [
      'a default changes',
      (d) => (input(d).properties!['priority']!.default = 1),
      'Input (request).priority: default 5 became 1',
    ],
    [
      'a field of an answer goes',
      (d) => void delete note(d).properties!['size'],
      'Note (response).size: was removed',
    ],
    [
      'a field of an answer may be absent',
      (d) => (note(d).required = ['id']),
      'Note (response).state: may now be absent',
    ],
    [
      'an answer gives another type',
      (d) => (note(d).properties!['size'] = { type: 'number' }),
      'Note (response).size: integer became number',
    ],
    [
      'an answer gives null',
      (d) => (note(d).properties!['size'] = { type: ['integer', 'null'] }),
      'Note (response).size: may now be null',
    ],
    [
      'a value is given no more',
      (d) => (note(d).properties!['state']!.enum = ['draft']),
      'Note (response).state: "sent" is no longer given',
    ],
    [
      'an answer writes a value in another format',
      (d) => (note(d).properties!['id']!.format = 'uuid'),
      'Note (response).id: format none became uuid',
    ],
    [
      'a field deep inside goes',
      (d) => (d.components.schemas['Person']!.properties = {}),
      'Person (response).name: was removed',
    ],
    [
      'one of several kinds goes',
      (d) => void note(d).properties!['parts']!.items!.oneOf!.pop(),
      'Note (response).parts[]: Picture is gone',
    ],
    ['an event goes', (d) => (d.webhooks = {}), 'event note.written: was removed'],
  ];
  it.each(breaking)('%s', (_, change, told) => {
    expect(after(change)).toEqual([told]);
  });

  it('an object takes no further fields', () => {
    const open = (d: Base) => void delete input(d).additionalProperties;
    expect(after((d) => (input(d).additionalProperties = false), open)).toEqual([
      'Input (request): takes no further fields now',
    ]);
  });
});

describe('no client breaks when', () => {
  const additive: [string, (document: Base) => void][] = [
    ['nothing changes', () => undefined],
    [
      'a path’s parameter is named otherwise',
      (d) => {
        const paths = d.paths as object as Record<string, unknown>;
        pathId(d).name = 'noteId';
        paths['/v1/notes/{noteId}'] = paths[PATH];
        delete paths[PATH];
      },
    ],
    ['an operation comes', (d) => void Object.assign(d.paths, { '/v1/notes': { get: { responses: {} } } })],
    ['a further error may come', (d) => (operation(d).responses['409'] = {})],
    ['another way in opens', (d) => operation(d).security.push({ member: [] })],
    ['no key is asked for any more', (d) => (operation(d).security = [])],
    [
      'an optional parameter comes',
      (d) => operation(d).parameters.push({ name: 'x', in: 'query', schema: {} }),
    ],
    ['a request may hold more', (d) => (input(d).properties!['more'] = { type: 'string' })],
    ['a request must hold less', (d) => (input(d).required = [])],
    ['a request takes longer text', (d) => (input(d).properties!['text'] = { type: 'string' })],
    ['a request takes further types', (d) => (input(d).properties!['text']!.type = ['string', 'null'])],
    ['a request takes further values', (d) => input(d).properties!['kind']!.enum!.push('html')],
    ['an answer holds more', (d) => (note(d).properties!['more'] = { type: 'string' })],
    ['an answer promises more', (d) => note(d).required!.push('size')],
    ['an answer gives a further value of its list', (d) => note(d).properties!['state']!.enum!.push('read')],
    [
      'an answer is null no more',
      (d) => (note(d).properties!['author'] = { $ref: '#/components/schemas/Person' }),
    ],
    [
      'an answer holds a further kind of object, told apart by a property',
      (d) => {
        d.components.schemas['Film'] = { type: 'object', properties: { type: { enum: ['film'] } } };
        note(d).properties!['parts']!.items!.oneOf!.push({ $ref: '#/components/schemas/Film' });
      },
    ],
    [
      'a component is named otherwise',
      (d) => {
        d.components.schemas['Human'] = d.components.schemas['Person']!;
        note(d).properties!['author'] = { anyOf: [{ $ref: '#/components/schemas/Human' }, { type: 'null' }] };
      },
    ],
    [
      'a parameter is described once for all',
      (d) => {
        d.components.parameters['Draft'] = operation(d).parameters.pop() as Parameter;
        operation(d).parameters.push({ $ref: '#/components/parameters/Draft' });
      },
    ],
    ['an event comes', (d) => (d.webhooks['note.read'] = d.webhooks['note.written']!)],
  ];
  it.each(additive)('%s', (_, change) => {
    expect(after(change)).toEqual([]);
  });
});

it('an answer’s component is compared once, wherever it is used, and one that holds itself ends', () => {
  const nested = (d: Base) => (note(d).properties!['parent'] = { $ref: '#/components/schemas/Note' });
  expect(after((d) => void delete note(d).properties!['size'], nested)).toEqual([
    'Note (response).size: was removed',
  ]);
});

it('the product’s own document does not differ from itself', async () => {
  const own = JSON.parse(await readFile(new URL('../v1.json', import.meta.url), 'utf8')) as OpenApiDocument;
  expect(breakingChanges(own, structuredClone(own))).toEqual([]);
});
