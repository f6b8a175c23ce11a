import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepLease } from './lease.ts';

const run = { taskId: 'a', runId: 'r', fence: 7 };
type Renewal = { cancelRequested: boolean; pauseRequested?: boolean } | null;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function start(
  renew: () => Promise<Renewal>,
  shutdown = new AbortController(),
  heeds: { cancel?: boolean; shutdown?: boolean } = {},
) {
  const lease = keepLease({
    run,
    renew: async () => {
      const renewed = await renew();
      return renewed === null ? null : { pauseRequested: false, ...renewed };
    },
    leaseMs: 5_000,
    renewEveryMs: 1_500,
    selfFenceAfterMs: 4_000,
    monotonic: () => Date.now(),
    shutdown: shutdown.signal,
    heedsCancel: () => heeds.cancel ?? true,
    heedsShutdown: () => heeds.shutdown ?? true,
    pauseRequested: false,
  });
  return { lease, shutdown };
}

describe('a lease', () => {
  it('is held as long as it is renewed', async () => {
    const renew = vi.fn<() => Promise<Renewal>>().mockResolvedValue({ cancelRequested: false });
    const { lease } = start(renew);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lease.isHeld()).toBe(true);
    expect(renew).toHaveBeenCalledTimes(40);
    lease.release();
  });

  it('can be renewed out of turn, together with a renewal that is under way', async () => {
    const renew = vi.fn<() => Promise<Renewal>>(
      () => new Promise((resolve) => setTimeout(() => resolve({ cancelRequested: false }), 100)),
    );
    const { lease } = start(renew);
    const both = Promise.all([lease.renewNow(), lease.renewNow()]);
    await vi.advanceTimersByTimeAsync(200);
    await both;
    expect(renew).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(lease.isHeld()).toBe(true);
    lease.release();
  });

  it('lets a run that holds a reservation go on when the process shuts down', async () => {
    for (const heedsShutdown of [true, false]) {
      const { lease, shutdown } = start(() => Promise.resolve({ cancelRequested: false }), undefined, {
        shutdown: heedsShutdown,
      });
      await vi.advanceTimersByTimeAsync(1_000);
      shutdown.abort();
      expect([lease.stop.aborted, lease.stopReason()]).toEqual(
        heedsShutdown ? [true, 'shutdown'] : [false, null],
      );
      lease.release();
    }
  });

  it('asks the run to stop when a cancel was asked for, unless the run asks about a ticket in doubt', async () => {
    for (const heedsCancel of [true, false]) {
      const { lease } = start(() => Promise.resolve({ cancelRequested: true }), undefined, {
        cancel: heedsCancel,
      });
      await vi.advanceTimersByTimeAsync(2_000);
      expect(lease.stopReason()).toBe(heedsCancel ? 'cancel' : null);
      lease.release();
    }
  });

  it('tells that a pause was asked for, and asks the run to stop for nothing else', async () => {
    const { lease } = start(() => Promise.resolve({ cancelRequested: false, pauseRequested: true }));
    expect(lease.pause.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_600);
    expect(lease.pause.aborted).toBe(true);
    expect(lease.stop.aborted).toBe(false);
    lease.release();
  });

  it('fences the run off 4 s after the last renewal, while the database is away', async () => {
    const { lease } = start(() => Promise.reject(new Error('away')));
    await vi.advanceTimersByTimeAsync(3_800);
    expect(lease.isHeld()).toBe(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(lease.isHeld()).toBe(false);
    expect(lease.stopReason()).toBe('lease_lost');
    lease.release();
  });

  it('counts from when the renewal was sent, not from when its answer came', async () => {
    const { lease } = start(
      () => new Promise((resolve) => setTimeout(() => resolve({ cancelRequested: false }), 3_900)),
    );
    // Sent at 1.5 s, answered at 5.4 s: by then the run had fenced itself off.
    await vi.advanceTimersByTimeAsync(5_500);
    expect(lease.isHeld()).toBe(false);
    lease.release();
  });

  it('ends at once when another fence holds the task', async () => {
    const { lease } = start(() => Promise.resolve(null));
    await vi.advanceTimersByTimeAsync(1_600);
    expect(lease.stopReason()).toBe('lease_lost');
    expect(lease.isHeld()).toBe(false);
    lease.release();
  });

  it('that is lost after a cancel counts as lost', async () => {
    const renew = vi
      .fn<() => Promise<Renewal>>()
      .mockResolvedValueOnce({ cancelRequested: true })
      .mockResolvedValue(null);
    const { lease } = start(renew);
    await vi.advanceTimersByTimeAsync(1_600);
    expect(lease.stopReason()).toBe('cancel');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(lease.stopReason()).toBe('lease_lost');
    expect(lease.lost.aborted).toBe(true);
    lease.release();
  });

  it('tells a cancel and a shutdown apart, and stays held through both', async () => {
    const cancelled = start(() => Promise.resolve({ cancelRequested: true })).lease;
    await vi.advanceTimersByTimeAsync(1_600);
    expect(cancelled.stopReason()).toBe('cancel');
    expect(cancelled.isHeld()).toBe(true);
    expect([cancelled.stop.aborted, cancelled.lost.aborted]).toEqual([true, false]);
    cancelled.release();

    const { lease, shutdown } = start(() => Promise.resolve({ cancelRequested: false }));
    shutdown.abort();
    expect(lease.stopReason()).toBe('shutdown');
    expect(lease.isHeld()).toBe(true);
    lease.release();
  });
});
