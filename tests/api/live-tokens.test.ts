import {
  decodeId,
  encodeId,
  newUuid,
  type Event,
  type LiveToken,
  type Problem,
  type Task,
} from '@cfdi-live/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { createAccess, type Access } from '../../api/src/http/access.ts';
import { openStream } from './stream.ts';
import { openWorld, type Answer, type Caller, type List, type World } from './world.ts';

const ORIGIN = 'https://app.example.com';
const ACTOR = { id: 'user-of-theirs@example.com', label: 'Ana Belén Ñandú' };

let world: World;
let caller: Caller;
let task: Task;
/** As the sockets to come will ask. */
let access: Access;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
  access = createAccess({
    database: world.database,
    clock: { now: () => new Date() },
    verifyPerson: world.people.verify,
    log: { warn: () => undefined },
  });
});
afterAll(() => world.close());
beforeEach(async () => {
  task = await world.createTask(caller);
});

const ask = (body: object, id = task.id): Promise<Answer<LiveToken & Problem>> =>
  world.call('POST', `/v1/tasks/${id}/live-tokens`, {
    key: caller.key,
    body: { mode: 'view', origin: ORIGIN, actor: ACTOR, ...body },
  });

async function newToken(body: object = {}): Promise<LiveToken & { token: string }> {
  const { status, body: token } = await ask(body);
  expect(status).toBe(201);
  return token as LiveToken & { token: string };
}

const read = <Body = Task>({ token }: { token: string }, path: string, origin = ORIGIN) =>
  world.call<Body>('GET', path, { key: token, headers: { origin } });
const cancel = () => world.call('POST', `/v1/tasks/${task.id}/cancel`, { key: caller.key });

describe('a live token', () => {
  it('reads its task, its events and its files, from pages of its origin', async () => {
    const token = await newToken();
    expect(token).toMatchObject({ taskId: task.id, mode: 'view', origin: ORIGIN, actor: ACTOR });
    expect(token.token).toMatch(/^clt_[0-9a-z]{26}_[0-9a-z]{39}$/);
    expect((await read(token, `/v1/tasks/${task.id}`)).body).toEqual(task);
    const events = await read<List<Event>>(token, `/v1/tasks/${task.id}/events`);
    expect(events.body.data.map(({ type }) => type)).toEqual(['task.created']);
    const artifactId = await world.putArtifact(caller, decodeId('task', task.id)!, {
      name: 'a.xml',
      bytes: Uint8Array.of(60),
    });
    const content = await fetch(`${world.url}/v1/artifacts/${encodeId('artifact', artifactId)}/content`, {
      headers: { origin: ORIGIN, authorization: `Bearer ${token.token}` },
    });
    expect(content.status).toBe(200);
    expect(content.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(content.headers.get('vary')).toContain('origin');
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(Uint8Array.of(60));
  });

  it('follows its task as a stream', async () => {
    const token = await newToken();
    const stream = await openStream(`${world.url}/v1/tasks/${task.id}/events`, token.token, undefined, {
      origin: ORIGIN,
    });
    expect(stream.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    await world.createTask(caller);
    await cancel();
    const types = (await stream.take(2)).map(({ type, taskId }) => [type, taskId]);
    expect(types).toEqual([
      ['task.created', task.id],
      ['task.cancelled', task.id],
    ]);
    await world.call('DELETE', `/v1/live-tokens/${token.id}`, { key: caller.key });
    await stream.ended();
  });

  it('is over when it expires, its streams too', async () => {
    const token = await newToken({ ttlSeconds: 10 });
    const stream = await openStream(`${world.url}/v1/tasks/${task.id}/events`, token.token, undefined, {
      origin: ORIGIN,
    });
    await asSuperuser(world.test, 'update live_tokens set expires_at = now() where task_id = $1', [
      decodeId('task', task.id),
    ]);
    await stream.ended();
    await expect.poll(async () => (await read(token, `/v1/tasks/${task.id}`)).status).toBe(401);
    // The page can read that it is over, and get another.
    const answer = await read(token, `/v1/tasks/${task.id}`, 'https://anywhere.example.com');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://anywhere.example.com');
  });

  it('for control looks on after the end of its task, and controls nothing', async () => {
    const token = await newToken({ mode: 'control' });
    const authenticate = () => access.authenticate(`Bearer ${token.token}`);
    const before = await authenticate();
    expect(before).toMatchObject({ kind: 'live_token', access: 'control', actor: ACTOR });
    if (before?.kind !== 'live_token') throw new Error('no live token');
    expect(await access.stillStands(before, 'control')).toBe(true);
    await cancel();
    await expect.poll(() => access.stillStands(before, 'control')).toBe(false);
    expect(await access.stillStands(before)).toBe(true);
    expect(await authenticate()).toMatchObject({ access: 'view' });
    expect((await read(token, `/v1/tasks/${task.id}`)).body.status).toBe('CANCELLED');

    const late = await ask({ mode: 'control' });
    expect(late.status).toBe(409);
    expect(late.body.code).toBe('task_state_conflict');
    expect((await read(await newToken(), `/v1/tasks/${task.id}`)).status).toBe(200);
  });

  it('leaves no name and no token in the database', async () => {
    const { token } = await newToken();
    const [secret] = token.split('_').slice(-1);
    for (const table of ['live_tokens', 'audit_log', 'idempotency_keys']) {
      const rows = await asSuperuser<{ row: string }>(
        world.test,
        `select row_to_json(t)::text as row from ${table} t`,
      );
      const text = rows.map(({ row }) => row).join('\n');
      for (const value of [secret!.slice(0, 32), token, ACTOR.id, ACTOR.label])
        expect(text).not.toContain(value);
    }
    expect(JSON.stringify(world.logged)).not.toContain(secret);
  });

  it.each([
    [{ mode: 'admin' }, 'mode'],
    [{ ttlSeconds: 901 }, 'ttlSeconds'],
    [{ ttlSeconds: 0 }, 'ttlSeconds'],
    [{ origin: '*' }, 'origin'],
    [{ origin: 'null' }, 'origin'],
    [{ origin: 'https://app.example.com/' }, 'origin'],
    [{ origin: 'https://App.example.com' }, 'origin'],
    [{ origin: 'https://app.example.com:443' }, 'origin'],
    [{ origin: 'https://user@app.example.com' }, 'origin'],
    [{ origin: 'http://app.example.com' }, 'origin'],
    [{ origin: 'file:///tmp' }, 'origin'],
    [{ actor: { id: '', label: 'Ana' } }, 'actor.id'],
    [{ actor: { id: 'a' } }, 'actor.label'],
  ])('is refused with %j', async (body, path) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });

  it('may be for a page of the developer’s own machine', async () => {
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://app.localhost:8080']) {
      expect((await newToken({ origin })).origin).toBe(origin);
    }
  });

  it('is for a task that is there', async () => {
    expect((await ask({}, encodeId('task', newUuid()))).status).toBe(404);
  });
});

describe('a browser that asks before it calls', () => {
  const preflight = (path: string, origin: string | null, method = 'GET') =>
    fetch(`${world.url}${path}`, {
      method: 'OPTIONS',
      headers: { ...(origin === null ? {} : { origin }), 'access-control-request-method': method },
    });

  it('may go on, whoever it is, where live tokens may call', async () => {
    for (const origin of [ORIGIN, 'https://evil.example.com']) {
      const answer = await preflight(`/v1/tasks/${task.id}/events`, origin);
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET');
      expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toContain('origin');
    }
  });

  it('may not anywhere else', async () => {
    for (const [path, method] of [
      ['/v1/tasks', 'POST'],
      ['/v1/profiles', 'GET'],
      [`/v1/tasks/${task.id}/cancel`, 'POST'],
      [`/v1/tasks/${task.id}`, 'DELETE'],
    ] as const) {
      const answer = await preflight(path, ORIGIN, method);
      expect(answer.status, path).toBe(405);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('reads no answer to an API key, wherever', async () => {
    for (const path of ['/v1/tasks', `/v1/tasks/${task.id}`]) {
      const answer = await world.call('GET', path, { key: caller.key, headers: { origin: ORIGIN } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
