import type { AgentResult, AgentState } from '@cfdi-live/agent';
import type { ClaimedTask, Database, ParkedWork, TicketRow } from '@cfdi-live/domain';
import type { Browser } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { BrowserProvider } from '../ports.ts';
import { leftBy, takeUpParked } from './parked.ts';

const state: AgentState = { version: 1, asked: null, done: [], seen: ['f1'], steps: 3, learnt: [] };
const run = { taskId: 'a', runId: 'r', fence: 2 };
const scope = { tenantId: 't', mode: 'test' as const };
const session = {
  id: 's1',
  taskId: 'a',
  runId: 'before',
  status: 'paused' as const,
  providerSessionId: 'bb-1',
  createdAt: new Date(0),
};
const doubtful = { state: 'in_doubt', takenOver: true } as TicketRow;
const free = { state: 'none', takenOver: false } as TicketRow;

interface Scene {
  work?: Partial<ParkedWork> | null;
  ticket?: TicketRow;
  /** What the provider counted; an error: it could not be asked. */
  sent?: number | null | Error;
  connectUrl?: string | null;
  adopted?: boolean;
}

function scene({ work = {}, ticket = free, sent = null, connectUrl = 'ws://b', adopted = true }: Scene) {
  const asked: string[] = [];
  const tx = {
    parking: {
      takeUp: async () =>
        work === null
          ? { kind: 'lost' }
          : { kind: 'ok', value: { session, agentState: state, answer: 'Q7', waitMs: 0, ...work } },
      spareTicket: async () => (asked.push('spare'), free),
      adopt: async () => (asked.push('adopt'), adopted),
    },
  };
  const database = {
    withTenant: (_: unknown, does: (on: typeof tx) => unknown) => does(tx),
  } as unknown as Database;
  const browser = { close: vi.fn(async () => undefined) } as unknown as Browser;
  const provider = {
    requestsDuringTakeover: async () => {
      asked.push('count');
      if (sent instanceof Error) throw sent;
      return sent;
    },
    connectUrlOf: async () => connectUrl,
    connect: async () => (asked.push('connect'), browser),
  } as unknown as BrowserProvider;
  const claimed = { run, task: { id: 'a' }, ticket } as ClaimedTask;
  return {
    asked,
    browser,
    take: (signal = new AbortController().signal) =>
      takeUpParked({ database, provider, scope, run }, claimed, signal),
  };
}

describe('a run that takes up what was parked', () => {
  it('goes on in its browser, with where the agent stood and what was answered', async () => {
    const { take, asked } = scene({});
    expect(await take()).toMatchObject({
      browser: { rowId: 's1', providerSessionId: 'bb-1', connectUrl: 'ws://b' },
      resumption: { session: 'resumed', state, answer: 'Q7' },
      ticket: free,
    });
    expect(asked).toEqual(['connect', 'adopt']);
  });

  it.each([
    ['was released', { work: { session: null } }],
    ['is gone', { connectUrl: null }],
    ['is another run’s by now', { adopted: false }],
  ] as const)('begins anew where the browser %s, and drops the answer with it', async (_name, parts) => {
    const { take } = scene(parts);
    expect(await take()).toMatchObject({
      browser: null,
      resumption: { session: 'fresh', state, answer: null },
    });
  });

  it('knows nothing of a state that it cannot read', async () => {
    const { take } = scene({ work: { agentState: { version: 99 } } });
    expect(await take()).toMatchObject({ resumption: { session: 'resumed', state: null } });
  });

  it('without its fence does nothing', async () => {
    const { take, asked } = scene({ work: null });
    expect(await take()).toBe('lost');
    expect(asked).toEqual([]);
  });

  it('waits for what the last holder of control sent, before it so much as counts', async () => {
    vi.useFakeTimers();
    try {
      const { take, asked } = scene({ work: { waitMs: 2_000 }, ticket: doubtful, sent: 0 });
      const taken = take();
      await vi.advanceTimersByTimeAsync(1_900);
      expect(asked).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      expect(await taken).toMatchObject({ ticket: free });
      // Once it is connected, its own requests would count.
      expect(asked).toEqual(['count', 'spare', 'connect', 'adopt']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that is stopped while it waits leaves all of it to the next', async () => {
    const stop = new AbortController();
    const { take, asked } = scene({ work: { waitMs: 60_000 } });
    const taken = take(stop.signal);
    stop.abort();
    expect(await taken).toBe('lost');
    expect(asked).toEqual([]);
  });

  it.each([
    ['something was sent', 1],
    ['nobody counted', null],
    ['the provider could not be asked', new Error('away')],
  ])('leaves the ticket in doubt where %s', async (_name, sent) => {
    const { take, asked } = scene({ ticket: doubtful, sent });
    expect(await take()).toMatchObject({ ticket: doubtful, resumption: { session: 'resumed' } });
    expect(asked).not.toContain('spare');
  });
});

describe('what a run leaves', () => {
  const where = { sessionId: 's1', maxSessions: 10 };

  it('is what the next one needs, and the picture apart', () => {
    const picture = Uint8Array.of(137, 80);
    const result: AgentResult = {
      kind: 'needPerson',
      reason: 'captcha',
      evidence: null,
      vendorMessage: 'Escriba el texto',
      picture,
      answerable: true,
      state,
    };
    expect(leftBy(result, where)).toEqual({
      parking: {
        agentState: state,
        sessionId: 's1',
        mostWarm: 3,
        answerable: true,
        vendorMessage: 'Escriba el texto',
      },
      picture,
    });
    expect(leftBy({ kind: 'paused', state }, where)).toMatchObject({
      parking: { agentState: state, answerable: false },
      picture: null,
    });
  });

  it('is nothing where it does not park', () => {
    expect(leftBy({ kind: 'stopped', reason: 'run_budget' }, where)).toBeNull();
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [6, 1],
    [7, 2],
    [100, 30],
  ])('of %d browsers keeps %d at most for people', (maxSessions, most) => {
    expect(leftBy({ kind: 'paused', state }, { sessionId: 's', maxSessions })?.parking.mostWarm).toBe(most);
  });
});
