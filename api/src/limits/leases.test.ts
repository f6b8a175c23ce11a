import { describe, expect, it } from 'vitest';
import { createLeases } from './leases.ts';
import type { TakePoints } from './store.ts';

const POLICY = { quota: 100, windowSeconds: 10 };

/** A store of one window each for all who share it, and how often it was asked. */
function sharedStore() {
  const used = new Map<string, number>();
  let asked = 0;
  const take: TakePoints = async (subject, points) => {
    asked += 1;
    const before = used.get(subject) ?? 0;
    used.set(subject, before + points);
    const remaining = Math.max(0, POLICY.quota - before - points);
    return { granted: before + points <= POLICY.quota, remaining, msToNext: 10_000 };
  };
  return { take, asked: () => asked, nextWindow: () => used.clear() };
}

describe('leases of points', () => {
  it('let in the whole quota and no more, and ask the store once for each block', async () => {
    const store = sharedStore();
    const take = createLeases(store.take, POLICY, () => 0);
    const taken = [];
    for (let i = 0; i < 150; i++) taken.push(await take('a'));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(100);
    expect(taken.map(({ remaining }) => remaining).slice(0, 3)).toEqual([99, 98, 97]);
    expect(store.asked()).toBe(21);
  });

  it('share a block among those who ask at once', async () => {
    const store = sharedStore();
    const take = createLeases(store.take, POLICY, () => 0);
    const taken = await Promise.all(Array.from({ length: 300 }, async () => take('a')));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(100);
    expect(store.asked()).toBe(21);
  });

  it('of several processes never let in more than the quota, and miss at most a block each', async () => {
    const store = sharedStore();
    const processes = [1, 2, 3].map(() => createLeases(store.take, POLICY, () => 0));
    let granted = 0;
    for (let i = 0; i < 300; i++) granted += (await processes[i % 3]!('a')).granted ? 1 : 0;
    expect(granted).toBeLessThanOrEqual(100);
    expect(granted).toBeGreaterThanOrEqual(85);
  });

  it('begin anew with the next window, and count each subject for itself', async () => {
    const store = sharedStore();
    let now = 0;
    const take = createLeases(store.take, POLICY, () => now);
    for (let i = 0; i < 101; i++) await take('a');
    expect(await take('a')).toMatchObject({ granted: false, msToNext: 10_000 });
    expect(await take('b')).toMatchObject({ granted: true });
    now = 10_000;
    store.nextWindow();
    expect(await take('a')).toMatchObject({ granted: true, remaining: 99 });
  });
});
