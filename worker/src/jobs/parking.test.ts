import type { Database, StaleParking } from '@cfdi-live/domain';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { sweepParking } from './parking.ts';

const session = { id: 's1', providerSessionId: 'bb-1' };
const scope = { tenantId: 't', mode: 'test' as const };

async function swept(stale: Partial<StaleParking>, { cooled = true, free = true, sent = 0 } = {}) {
  const done: string[] = [];
  const note = <T>(what: string, answer: T) => (done.push(what), Promise.resolve(answer));
  const tx = {
    parking: {
      cool: (_: string, { surplus }: { surplus: boolean }) => note(surplus ? 'cool surplus' : 'cool', cooled),
      letGo: () => note('let go', free),
      spareTicket: () => note('spare', null),
    },
    control: { endSilent: () => note('end control', true) },
    sessions: { terminate: () => note('terminate', undefined) },
  };
  const found = { ...scope, why: 'left', taskId: 'a', nextFence: 3, session, ...stale };
  await sweepParking({
    database: {
      system: { listStaleParking: async () => [found] },
      withTenant: (_: unknown, work: (on: typeof tx) => unknown) => work(tx),
    } as unknown as Database,
    queue: {
      addRun: ({ taskId, nextFence }) => note(`run ${taskId} ${nextFence}`, undefined),
      addMaintenance: async () => undefined,
      ping: async () => undefined,
    },
    provider: {
      requestsDuringTakeover: () => note('count', sent),
      release: (id) => note(`release ${id}`, undefined),
    },
    maxSessions: 10,
    log: pino({ level: 'silent' }),
  });
  return done;
}

it('cools what has had its time, then asks what was sent, and only then lets the browser go', async () => {
  expect(await swept({ why: 'warm' })).toEqual([
    'cool',
    'let go',
    'count',
    'spare',
    'release bb-1',
    'terminate',
  ]);
  expect(await swept({ why: 'surplus' }, { sent: 2 })).toEqual([
    'cool surplus',
    'let go',
    'count',
    'release bb-1',
    'terminate',
  ]);
});

it('leaves alone what somebody resumed first', async () => {
  expect(await swept({ why: 'warm' }, { cooled: false })).toEqual(['cool']);
  expect(await swept({ why: 'left' }, { free: false })).toEqual(['let go']);
});

it('puts what was handed back on the queue, and ends control that is silent', async () => {
  expect(await swept({ why: 'due' })).toEqual(['run a 3']);
  expect(await swept({ why: 'silent' })).toEqual(['end control']);
});

it('has nothing to release where the browser is gone already', async () => {
  expect(await swept({ why: 'warm', session: null })).toEqual(['cool']);
});
