/** Every operation with somebody else's ids: in its path, in its body, in its filters. */
import type { IdKind, Problem } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDescription, type DescribedOperation, type IdPlace } from './described.ts';
import {
  bodyFor,
  EVERYBODYS,
  fill,
  label,
  makeOneOfEach,
  nobodysId,
  OF_BOTH_MODES,
  ownId,
  type Own,
} from './own.ts';
import { openWorld, type Answer, type Caller, type World } from './world.ts';

const { operations } = await loadDescription();
const forKeys = operations.filter(({ scope }) => scope !== null);
const taking = (where: IdPlace['in']) =>
  forKeys.flatMap((operation) =>
    operation.ids
      .filter((place) => place.in === where && !isEverybodys(place))
      .map((place) => [`${label(operation)}: ${place.path.join('.')}`, operation, place] as const),
  );

let world: World;
let victim: Caller;
let own: Own;
let strangers: { stranger: Caller; theirs: Own; sameTenant: boolean }[];
beforeAll(async () => {
  world = await openWorld();
  victim = await world.newCaller();
  own = await makeOneOfEach(world, victim);
  const everyoneElse = await world.newCaller();
  const otherMode = await world.newCaller({ tenantId: victim.tenantId, mode: 'test' });
  const theirs = await makeOneOfEach(world, everyoneElse);
  strangers = [
    { stranger: everyoneElse, theirs, sameTenant: false },
    // What it needs of its own beside the id in question, it has not got: then nothing is found all the sooner.
    { stranger: otherMode, theirs, sameTenant: true },
  ];
});
afterAll(() => world.close());

function isEverybodys({ kind }: IdPlace): boolean {
  return kind !== 'other' && EVERYBODYS.includes(kind);
}

/** Whether both modes of a tenant see it. */
function isShared({ kind }: IdPlace): boolean {
  return kind !== 'other' && OF_BOTH_MODES.includes(kind);
}

function send(
  operation: DescribedOperation,
  by: Caller,
  { path, body }: { path: string; body: unknown },
): Promise<Answer<Problem>> {
  return world.call<Problem>(operation.method, path, {
    key: by.key,
    ...(operation.hasBody ? { body } : {}),
  });
}

/** An answer apart from the request that it answers. */
function told({ status, body }: Answer): unknown {
  const text = JSON.stringify(body, (name, value: unknown) => (name === 'requestId' ? '' : value));
  return { status, body: JSON.parse(text) as unknown };
}

/** A copy of `body` with another value at one place. */
function withValue(body: unknown, [name = '', ...rest]: readonly string[], value: string): unknown {
  if (Array.isArray(body)) return [withNext(body[0], rest, value), ...body.slice(1)];
  const object = (body ?? {}) as Record<string, unknown>;
  return { ...object, [name]: withNext(object[name], rest, value) };
}

function withNext(inner: unknown, rest: readonly string[], value: string): unknown {
  return rest.length === 0 ? value : withValue(inner, rest, value);
}

describe("somebody else's id", () => {
  it('is looked for in every operation that takes one', () => {
    expect(taking('path').length).toBeGreaterThan(30);
    expect(taking('body').length).toBeGreaterThan(3);
    expect(taking('query').length).toBeGreaterThan(3);
  });

  it.each(taking('path'))('in a path is as unknown as nobody’s: %s', async (_label, operation, place) => {
    for (const { stranger, theirs, sameTenant } of strangers) {
      if (sameTenant && isShared(place)) continue;
      const body = bodyFor(operation, theirs);
      const pathWith = (id: string) =>
        fill(operation, (each) => (each === place ? id : ownId(operation, each, theirs)));
      const foreign = await send(operation, stranger, { path: pathWith(ownId(operation, place, own)), body });
      expect(foreign.status).toBe(404);
      expect(foreign.body.code).toBe('not_found');
      expect(told(foreign)).toEqual(
        told(await send(operation, stranger, { path: pathWith(nobodysId(place)), body })),
      );
    }
  });

  it.each(taking('body'))('in a body is as unknown as nobody’s: %s', async (_label, operation, place) => {
    const [{ stranger, theirs } = never()] = strangers;
    const path = fill(operation, (each) => ownId(operation, each, theirs));
    const sendWith = (id: string) =>
      send(operation, stranger, { path, body: withValue(bodyFor(operation, theirs), place.path, id) });
    const foreign = await sendWith(ownId(operation, place, own));
    // A batch is taken, and says of each of its parts what became of it.
    if (foreign.status < 300)
      expect(JSON.stringify(foreign.body)).not.toContain(ownId(operation, place, own));
    else expect([400, 403, 404, 409, 422]).toContain(foreign.status);
    expect(told(foreign)).toEqual(told(await sendWith(nobodysId(place))));
    // With an id of one's own the same request gets further, so it was the id that it failed for.
    const allowed = await sendWith(ownId(operation, place, theirs));
    expect(told(allowed)).not.toEqual(told(foreign));
  });

  it.each(taking('query'))('in a filter finds nothing: %s', async (_label, operation, place) => {
    for (const { stranger, theirs, sameTenant } of strangers) {
      if (sameTenant && isShared(place)) continue;
      const path = fill(operation, (each) => ownId(operation, each, sameTenant ? own : theirs));
      const sendWith = (id: string) =>
        send(operation, stranger, { path: `${path}?${place.path[0] ?? ''}=${id}`, body: undefined });
      const foreign = await sendWith(ownId(operation, place, own));
      expect(told(foreign)).toEqual(told(await sendWith(nobodysId(place))));
      if (foreign.status === 200) expect(foreign.body).toMatchObject({ data: [] });
      else expect([400, 404]).toContain(foreign.status);
    }
    const path = fill(operation, (each) => ownId(operation, each, own));
    const answer = await send(operation, victim, {
      path: `${path}?${place.path[0] ?? ''}=${ownId(operation, place, own)}`,
      body: undefined,
    });
    expect(answer.status).toBe(200);
  });

  it('is not lost by all of that: the owner still finds it', async () => {
    for (const operation of forKeys) {
      if (operation.method !== 'GET' || !operation.ids.some((place) => place.in === 'path')) continue;
      if (operation.ids.some((place) => place.in === 'path' && isEverybodys(place))) continue;
      const path = fill(operation, (place) => ownId(operation, place, own));
      const answer = await send(operation, victim, { path, body: undefined });
      // A task that no run worked on has no session.
      expect([200, 404], path).toContain(answer.status);
      if (answer.status === 404) expect(path).toMatch(/\/session$/);
    }
  });
});

describe('a list', () => {
  const lists = forKeys.filter(
    ({ method, ids }) => method === 'GET' && !ids.some((place) => place.in === 'path'),
  );

  it.each(lists.map((operation) => [label(operation), operation] as const))(
    'holds nothing of somebody else: %s',
    async (_label, operation) => {
      for (const { stranger, sameTenant } of strangers) {
        const { status, body } = await send(operation, stranger, { path: operation.path, body: undefined });
        // One that needs a filter says so, and lists nothing.
        if (status === 400) continue;
        expect(status).toBe(200);
        const text = JSON.stringify(body);
        for (const [kind, id] of Object.entries(own)) {
          if (typeof id !== 'string' || (sameTenant && OF_BOTH_MODES.includes(kind as IdKind))) continue;
          expect(text, kind).not.toContain(id);
        }
      }
    },
  );
});

function never(): never {
  throw new Error('there are strangers');
}
