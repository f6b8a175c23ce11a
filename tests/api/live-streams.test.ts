/** What open streams do to each other, to the database and to a process: nothing, little, and nothing. */
import { connect, type Socket } from 'node:net';
import { decodeId, newUuid, type Event, type Problem, type Task } from '@cfdi-live/contract';
import { DatabaseUnavailable } from '@cfdi-live/db';
import type { RunRef } from '@cfdi-live/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimed } from '../db/support.ts';
import { openStream, type Reader } from './stream.ts';
import { openWorld, type Caller, type List, type World } from './world.ts';

let world: World;
/** How often a tenant's rows were read, and a key was looked up. */
const asked = { tenant: 0, keys: 0 };
let keysAnswer: 'truth' | 'failure' | 'silence' = 'truth';
// The rhythm of the questions leaves a busy machine time to answer one.
const streams = { heartbeatMs: 400, accessCheckMs: 800, pollMs: 60_000 };
beforeAll(async () => {
  world = await openWorld((deps) => ({
    ...deps,
    config: { ...deps.config, streams },
    database: {
      ...deps.database,
      withTenant: (scope, work) => {
        asked.tenant += 1;
        return deps.database.withTenant(scope, work);
      },
      system: {
        ...deps.database.system,
        findApiKey: async (id) => {
          asked.keys += 1;
          if (keysAnswer === 'failure') throw new DatabaseUnavailable();
          if (keysAnswer === 'silence') return new Promise(() => undefined);
          return deps.database.system.findApiKey(id);
        },
      },
    },
  }));
});
afterAll(() => world.close());

let caller: Caller;
let task: Task;
let run: RunRef;
const readers: Reader[] = [];
const sockets: Socket[] = [];
beforeEach(async () => {
  caller = await world.newCaller();
  task = await world.createTask(caller);
  ({ run } = await claimed(world.worker, decodeId('task', task.id)!));
});
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

async function open(path = '/v1/events', lastEventId?: string, by = caller): Promise<Reader> {
  const reader = await openStream(`${world.url}${path}`, by.key, lastEventId);
  readers.push(reader);
  return reader;
}

/** Notes steps of the run as one transaction: a burst. */
let index = 0;
async function steps(count: number, summary = 'typed'): Promise<void> {
  await world.worker.withTenant(caller, async (tx) => {
    for (let i = 0; i < count; i += 1) {
      index += 1;
      await tx.tasks.addStep(run, {
        id: newUuid(),
        index,
        type: 'input',
        summary,
        planner: 'form',
        confidence: null,
        durationMs: 1,
        tokens: 0,
        costUsd: 0,
        screenshotArtifactId: null,
      });
    }
  });
}

async function artifacts(count: number, kind = 'screenshot'): Promise<void> {
  await world.worker.withTenant(caller, async (tx) => {
    for (let i = 0; i < count; i += 1) {
      await tx.events.append({
        type: 'artifact.created',
        taskId: run.taskId,
        data: { artifactId: `art_${i}`, kind, size: i },
      });
    }
  });
}

async function log(query = ''): Promise<Event[]> {
  const all: Event[] = [];
  let page: List<Event> | undefined;
  while (page === undefined || page.hasMore) {
    const after = page === undefined ? '' : `&after=${page.nextCursor}`;
    page = (await world.call<List<Event>>('GET', `/v1/events?limit=100${query}${after}`, { key: caller.key }))
      .body;
    all.push(...page.data);
  }
  return all;
}

const indexOf = (event: Event): number => (event.type === 'task.step' ? event.data.index : -1);

describe('the steps of a task', () => {
  it('are thinned on a live stream to four a second, the last one kept, in order with all else', async () => {
    const reader = await open();
    await reader.take(3);
    const seen: { event: Event; at: number }[] = [];
    const reading = (async () => {
      while (seen.at(-1)?.event.type !== 'artifact.created') {
        const [event] = await reader.take(1);
        seen.push({ event: event!, at: performance.now() });
      }
    })();
    for (let burst = 0; burst < 12; burst += 1) await steps(5);
    await artifacts(1);
    await reading;
    const whole = await log();
    const order = seen.map(({ event }) => whole.findIndex(({ id }) => id === event.id));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const shown = seen.filter(({ event }) => event.type === 'task.step');
    expect(shown.length).toBeLessThan(20);
    expect(indexOf(shown.at(-1)!.event)).toBe(index);
    // Frames that were sent 250 ms apart may be read a little less apart.
    for (let i = 1; i < shown.length; i += 1) expect(shown[i]!.at - shown[i - 1]!.at).toBeGreaterThan(150);
  });

  it('are whole in what is replayed, and a reconnect from any of them loses and repeats nothing else', async () => {
    const live = await open();
    const first = await live.take(3);
    await steps(10);
    await artifacts(1);
    await steps(10);
    const [step] = await live.take(1);
    expect(step!.type).toBe('task.step');
    await live.close();
    await artifacts(2);
    const whole = await log();
    const again = await open('/v1/events', step!.id);
    const rest = whole.slice(whole.findIndex(({ id }) => id === step!.id) + 1);
    expect(await again.take(rest.length)).toEqual(rest);
    const seen = [...first, step!, ...rest].filter(({ type }) => type !== 'task.step');
    expect(seen).toEqual(whole.filter(({ type }) => type !== 'task.step'));
  });
});

describe('a selection by type', () => {
  it('holds those types alone, as a list, in what is replayed and in what happens', async () => {
    await artifacts(2);
    const query = 'types=artifact.created&types=task.cancelled';
    expect((await log(`&${query}`)).map(({ type }) => type)).toEqual([
      'artifact.created',
      'artifact.created',
    ]);
    const reader = await open(`/v1/tasks/${task.id}/events?${query}`);
    expect((await reader.take(2)).map(({ type }) => type)).toEqual(['artifact.created', 'artifact.created']);
    await steps(3);
    await artifacts(1);
    expect((await reader.take(1)).map(({ type }) => type)).toEqual(['artifact.created']);
  });

  it('of a type that nobody knows is refused', async () => {
    const answer = await world.call<Problem>('GET', '/v1/events?types=task.exploded', { key: caller.key });
    expect(answer.status).toBe(400);
  });
});

describe('many streams of one tenant', () => {
  it('cost one read an event, however many they are, and one question whether the key stands', async () => {
    const many = await Promise.all(Array.from({ length: 60 }, () => open()));
    await Promise.all(many.map((reader) => reader.take(3)));
    const before = asked.tenant;
    for (let i = 0; i < 5; i += 1) {
      await artifacts(1);
      const got = await Promise.all(many.map((reader) => reader.take(1)));
      expect(new Set(got.map(([event]) => event!.id)).size).toBe(1);
    }
    // A hint may come while a read is under way; then it is read once more.
    expect(asked.tenant - before).toBeLessThanOrEqual(10);
    const lookedUp = asked.keys;
    // Five heartbeats are two rounds of questions. A reader sees comments while it waits.
    many.forEach((reader) => void reader.next().catch(() => undefined));
    await expect
      .poll(() => many.every(({ comments }) => comments.length >= 5), { timeout: 5_000 })
      .toBe(true);
    expect(asked.keys - lookedUp).toBeLessThanOrEqual(10);
  });

  it('that are at the head when they come cost no read of the log at all', async () => {
    const anchor = await open();
    const last = (await anchor.take(3)).at(-1)!;
    const before = asked.tenant;
    const herd = await Promise.all(Array.from({ length: 30 }, () => open('/v1/events', last.id)));
    await artifacts(1);
    await Promise.all(herd.map((reader) => reader.take(1)));
    // Each finds its place in the log, and that is all.
    expect(asked.tenant - before).toBeLessThanOrEqual(30 + 3);
  });
});

describe('a reader that stops reading', () => {
  /** A stream by hand on a socket of its own. */
  async function openSocket(path = '/v1/events'): Promise<Socket> {
    const { hostname, port } = new URL(world.url);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer ${caller.key}\r\n\r\n`,
    );
    return socket;
  }
  const closed = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) resolve();
      else socket.once('close', () => resolve());
    });

  it('while thousands of events arrive is cut off, and disturbs nobody', async () => {
    const stuck = await openSocket();
    await new Promise((resolve) => stuck.once('data', resolve));
    stuck.pause();
    const healthy = await open();
    await healthy.take(3);
    const before = cutOff();
    const padding = 'x'.repeat(6_000);
    const total = 2_000;
    const pouring = (async () => {
      for (let done = 0; done < total; done += 100) await artifacts(100, padding);
    })();
    expect(await healthy.take(total)).toHaveLength(total);
    await pouring;
    await expect.poll(() => cutOff(), { timeout: 10_000 }).toBe(before + 1);
    stuck.resume();
    await closed(stuck);
  });

  it('from its first byte is cut off as well, with one page read for it', async () => {
    for (let i = 0; i < 10; i += 1) await artifacts(100, 'x'.repeat(6_000));
    const before = cutOff();
    const stuck = await openSocket();
    stuck.pause();
    await expect.poll(() => cutOff(), { timeout: 10_000 }).toBe(before + 1);
    stuck.resume();
    await closed(stuck);
  });
});

describe('when it cannot be told whether a key still stands', () => {
  afterEach(() => {
    keysAnswer = 'truth';
  });

  it.each(['failure', 'silence'] as const)('for a while (%s), streams end', async (answer) => {
    const reader = await open();
    await reader.take(3);
    keysAnswer = answer;
    await reader.ended();
  });

  it('for a moment, streams go on', async () => {
    const reader = await open();
    await reader.take(3);
    const next = reader.next();
    keysAnswer = 'failure';
    const lookedUp = asked.keys;
    await expect.poll(() => asked.keys, { interval: 5, timeout: 5_000 }).toBeGreaterThan(lookedUp);
    keysAnswer = 'truth';
    await expect.poll(() => reader.comments.length, { timeout: 5_000 }).toBeGreaterThan(4);
    await artifacts(1);
    expect(await next).toMatchObject({ event: 'artifact.created' });
  });
});

/** How many readers were cut off so far. */
function cutOff(): number {
  return world.logged.filter((line) => 'reason' in line && line.reason === 'too_slow').length;
}
