import type { Event, Problem, Task } from '@cfdi-live/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStream, type Reader } from './stream.ts';
import { openWorld, type Caller, type List, type World } from './world.ts';

type EventList = List<Event>;

let world: World;
let listeners = 0;
let deaf = false;
const POLL_MS = 400;
const streams = { heartbeatMs: 300, accessCheckMs: 800, pollMs: POLL_MS };
beforeAll(async () => {
  world = await openWorld((deps) => ({
    ...deps,
    config: { ...deps.config, streams },
    database: {
      ...deps.database,
      onEvents: (listener) => {
        listeners += 1;
        const stop = deps.database.onEvents((hint) => {
          if (!deaf) listener(hint);
        });
        return () => {
          listeners -= 1;
          stop();
        };
      },
    },
  }));
});
afterAll(() => world.close());

let caller: Caller;
const readers: Reader[] = [];
beforeEach(async () => {
  caller = await world.newCaller();
});
afterEach(async () => {
  deaf = false;
  streams.pollMs = POLL_MS;
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

async function createTask(by = caller): Promise<Task> {
  return world.createTask(by);
}

async function listEvents(query = '?limit=100', path = '/v1/events'): Promise<EventList> {
  return (await world.call<EventList>('GET', `${path}${query}`, { key: caller.key })).body;
}

async function open(lastEventId?: string, path = '/v1/events'): Promise<Reader> {
  const reader = await openStream(`${world.url}${path}`, caller.key, lastEventId);
  readers.push(reader);
  return reader;
}

describe('as a list', () => {
  it('come oldest first, page by page, and each as the document describes it', async () => {
    const tasks = [await createTask(), await createTask(), await createTask()];
    await world.call('POST', `/v1/tasks/${tasks[0]!.id}/cancel`, { key: caller.key });
    const all = await listEvents();
    expect(all.data.map(({ type, taskId }) => [type, taskId])).toEqual([
      ...tasks.map(({ id }) => ['task.created', id]),
      ['task.cancelled', tasks[0]!.id],
    ]);
    expect(all).toMatchObject({ hasMore: false, nextCursor: all.data.at(-1)!.id });

    const first = await listEvents('?limit=3');
    expect(first).toMatchObject({ data: all.data.slice(0, 3), hasMore: true });
    const rest = await listEvents(`?limit=3&after=${first.nextCursor}`);
    expect(rest).toMatchObject({ data: all.data.slice(3), hasMore: false });

    const ofOne = await listEvents('', `/v1/tasks/${tasks[0]!.id}/events`);
    expect(ofOne.data.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['task.created', 1],
      ['task.cancelled', 2],
    ]);
  });

  it('hold no value of the profile', async () => {
    await createTask();
    expect(JSON.stringify(await listEvents())).not.toMatch(/CACX7605101P8|XOCHILT|36257|facturas@/);
  });

  it('do not start after an event that nobody has', async () => {
    const answer = await world.call<Problem>('GET', '/v1/events?after=evt_01kaf3v6n1a2b3c4d5e6f7g8h9', {
      key: caller.key,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: 'after', code: 'unknown_event' }]);
  });
});

describe('as a stream', () => {
  it('come from the start of the log, and then as they happen', async () => {
    const before = await createTask();
    const reader = await open();
    expect(reader.headers.get('content-type')).toContain('text/event-stream');
    expect(reader.headers.get('x-accel-buffering')).toBe('no');
    expect(await reader.take(1)).toMatchObject([{ type: 'task.created', taskId: before.id }]);
    const after = await createTask();
    expect(await reader.take(1)).toMatchObject([{ type: 'task.created', taskId: after.id }]);
    expect((await listEvents()).data).toHaveLength(2);
  });

  it('of one task hold nothing of another', async () => {
    const [mine, other] = [await createTask(), await createTask()];
    const reader = await open(undefined, `/v1/tasks/${mine.id}/events`);
    await world.call('POST', `/v1/tasks/${other.id}/cancel`, { key: caller.key });
    await world.call('POST', `/v1/tasks/${mine.id}/cancel`, { key: caller.key });
    expect((await reader.take(2)).map(({ taskId, type }) => [taskId, type])).toEqual([
      [mine.id, 'task.created'],
      [mine.id, 'task.cancelled'],
    ]);
  });

  it('go on after a reconnect with exactly what was missed', async () => {
    for (let i = 0; i < 4; i += 1) await createTask();
    const first = await open();
    const seen = await first.take(2);
    await first.close();
    for (let i = 0; i < 3; i += 1) await createTask();
    const second = await open(seen.at(-1)!.id);
    seen.push(...(await second.take(5)));
    expect(seen).toEqual((await listEvents()).data);
  });

  it('lose and repeat nothing while events pour in and the reader comes and goes', async () => {
    const total = 120;
    const pouring = (async () => {
      for (let done = 0; done < total; done += 6)
        await Promise.all(Array.from({ length: 6 }, () => createTask()));
    })();
    const seen: Event[] = [];
    while (seen.length < total) {
      const reader = await open(seen.at(-1)?.id);
      seen.push(...(await reader.take(Math.min(17, total - seen.length))));
      await reader.close();
    }
    await pouring;
    const log: Event[] = [];
    let page: EventList | undefined;
    while (page === undefined || page.hasMore) {
      page = await listEvents(page === undefined ? '?limit=100' : `?limit=100&after=${page.nextCursor}`);
      log.push(...page.data);
    }
    expect(seen.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(total);
  });

  it('start over, and say so, when the last event is garbage, of nobody, or of somebody else', async () => {
    const stranger = await world.newCaller();
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    await createTask(stranger);
    await createTask(otherMode);
    const lastOf = async ({ key }: Caller): Promise<string> =>
      (await world.call<EventList>('GET', '/v1/events', { key })).body.data[0]!.id;
    const own = await createTask();
    const unknown = ['garbage', '42', 'evt_01kaf3v6n1a2b3c4d5e6f7g8h9'];
    for (const last of [...unknown, await lastOf(stranger), await lastOf(otherMode)]) {
      const reader = await open(last);
      expect(await reader.next()).toMatchObject({ event: 'reset', id: '' });
      expect(await reader.take(1)).toMatchObject([{ taskId: own.id }]);
      await reader.close();
    }
  });

  it('arrive by hint, long before anybody would look', async () => {
    await createTask();
    // The connection that listens is there once a hint has come through.
    const first = await open();
    await first.take(1);
    await createTask();
    await first.take(1);
    streams.pollMs = 600_000;
    const reader = await open();
    await reader.take(2);
    const start = performance.now();
    await createTask();
    await reader.take(1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('need no hint: what nobody announced is found', async () => {
    deaf = true;
    const reader = await open();
    const task = await createTask();
    expect(await reader.take(1)).toMatchObject([{ taskId: task.id }]);
  });

  it('are kept alive by comments', async () => {
    const reader = await open();
    const waiting = reader.next();
    await expect.poll(() => reader.comments.length).toBeGreaterThan(1);
    await reader.close();
    await waiting.catch(() => undefined);
  });

  it('end when the key is revoked', async () => {
    const reader = await open();
    const start = performance.now();
    await world.admin.revokeApiKey(caller.keyId);
    await reader.ended();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect((await open()).status).toBe(401);
  });

  it('leave nothing behind when the reader goes, and open nothing for HEAD', async () => {
    await expect.poll(() => listeners).toBe(0);
    const reader = await open();
    await createTask();
    await reader.take(1);
    expect(listeners).toBe(1);
    await reader.close();
    await expect.poll(() => listeners).toBe(0);
    const head = await fetch(`${world.url}/v1/events`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream', authorization: `Bearer ${caller.key}` },
    });
    expect(head.status).toBe(200);
    expect(listeners).toBe(0);
  });

  it('of a task that is not there are a problem', async () => {
    const url = `${world.url}/v1/tasks/task_01kaf3v6n0e8sb9c1m5r7t2wxy/events`;
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${caller.key}` },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  it('end when the process is to stop', async () => {
    const reader = await open();
    world.stopStreams();
    await reader.ended();
    await expect.poll(() => listeners).toBe(0);
  });
});
