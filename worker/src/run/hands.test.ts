import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepHands } from './hands.ts';

function lease() {
  const [stop, lost] = [new AbortController(), new AbortController()];
  return { stop, lost, lease: { stop: stop.signal, lost: lost.signal } };
}

describe('the hands of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are cut off at once by a lost lease, even in the critical section', () => {
    const { lost, lease: kept } = lease();
    const hands = keepHands({ lease: kept, critical: () => true, stopWithinMs: 1000 });
    lost.abort();
    expect(hands.cut.aborted).toBe(true);
  });

  it('have a while to come to a safe point by themselves', () => {
    const { stop, lease: kept } = lease();
    const hands = keepHands({ lease: kept, critical: () => false, stopWithinMs: 1000 });
    stop.abort();
    vi.advanceTimersByTime(999);
    expect(hands.cut.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(hands.cut.aborted).toBe(true);
  });

  it('are left alone until what was marked is settled', () => {
    const { stop, lease: kept } = lease();
    let critical = true;
    const hands = keepHands({ lease: kept, critical: () => critical, stopWithinMs: 1000 });
    stop.abort();
    vi.advanceTimersByTime(30_000);
    expect(hands.cut.aborted).toBe(false);
    critical = false;
    vi.advanceTimersByTime(100);
    expect(hands.cut.aborted).toBe(true);
  });

  it('are free once the run has ended', () => {
    const { stop, lost, lease: kept } = lease();
    const hands = keepHands({ lease: kept, critical: () => false, stopWithinMs: 1000 });
    stop.abort();
    hands.release();
    vi.advanceTimersByTime(2000);
    lost.abort();
    expect(hands.cut.aborted).toBe(false);
  });
});
