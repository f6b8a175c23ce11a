import { describe, expect, it } from 'vitest';
import type { SessionRow } from '@cfdi-live/domain';
import { releaseEarlierSessions } from './browser.ts';

type Context = Parameters<typeof releaseEarlierSessions>[0];

/** Rows of earlier runs, and a provider whose browsers take so many looks to end. */
function world(rows: Partial<SessionRow>[], looks: number) {
  const calls: string[] = [];
  let left = looks;
  const provider = {
    isRunning: (id: string) => {
      calls.push(`look ${id}`);
      left -= 1;
      return Promise.resolve(left >= 0);
    },
    release: (id: string) => {
      calls.push(`release ${id}`);
      return Promise.resolve();
    },
    findByRow: (row: string) => Promise.resolve([`found-${row}`]),
  };
  const sessions = {
    listMaybeRunning: () => Promise.resolve(rows),
    terminate: (id: string) => {
      calls.push(`row ${id}`);
      return Promise.resolve();
    },
  };
  const database = { withTenant: (_scope: unknown, work: (tx: unknown) => unknown) => work({ sessions }) };
  const context = { database, provider, scope: {}, run: { taskId: 't' } } as unknown as Context;
  return { calls, context };
}

const go = new AbortController().signal;

describe('the sessions of earlier runs', () => {
  it('are gone when the provider says so, and their rows end after that', async () => {
    const { calls, context } = world([{ id: 'a', status: 'active', providerSessionId: 'bb' }], 2);
    expect(await releaseEarlierSessions(context, null, 5_000, go)).toBe(true);
    expect(calls).toEqual(['look bb', 'release bb', 'look bb', 'look bb', 'row a']);
  });

  it('are looked for at the provider where somebody else ended the row a moment ago', async () => {
    const { calls, context } = world([{ id: 'a', status: 'terminated', providerSessionId: 'bb' }], 1_000);
    expect(await releaseEarlierSessions(context, null, 50, go)).toBe(false);
    expect(calls.slice(0, 2)).toEqual(['look bb', 'release bb']);
    expect(calls).not.toContain('row a');
  });

  it('are found by their row where the provider’s answer was lost', async () => {
    const { calls, context } = world([{ id: 'a', status: 'starting', providerSessionId: null }], 1);
    expect(await releaseEarlierSessions(context, null, 5_000, go)).toBe(true);
    expect(calls).toContain('release found-a');
  });
});
