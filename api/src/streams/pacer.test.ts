import { describe, expect, it } from 'vitest';
import type { Frame } from './frames.ts';
import { createPacer } from './pacer.ts';

const GAP = 250;

function frame(cursor: number, type: Frame['type'], taskId = 'a'): Frame {
  return { cursor: BigInt(cursor), type, taskId, bytes: new Uint8Array([cursor]) };
}
const step = (cursor: number, taskId?: string) => frame(cursor, 'task.step', taskId);
const other = (cursor: number, taskId?: string) => frame(cursor, 'task.running', taskId);
const cursors = (frames: Frame[]) => frames.map(({ cursor }) => Number(cursor));

describe('a pacer', () => {
  it('lets the first step of a task leave at once, and the next one after the gap', () => {
    const pacer = createPacer(GAP);
    pacer.add([step(1)]);
    expect(cursors(pacer.take(0))).toEqual([1]);
    pacer.add([step(2)]);
    expect(cursors(pacer.take(100))).toEqual([]);
    expect(pacer.dueAt()).toBe(GAP);
    expect(cursors(pacer.take(GAP))).toEqual([2]);
    expect(pacer.dueAt()).toBeNull();
  });

  it('drops steps that a later one of the same task overtakes, and delivers the last', () => {
    const pacer = createPacer(GAP);
    pacer.add([step(1)]);
    pacer.take(0);
    for (let cursor = 2; cursor <= 20; cursor += 1) {
      pacer.add([step(cursor)]);
      expect(cursors(pacer.take(cursor * 5))).toEqual([]);
    }
    expect(cursors(pacer.take(GAP))).toEqual([20]);
  });

  it('keeps the order of the log: what stands behind a step that waits, waits with it', () => {
    const pacer = createPacer(GAP);
    pacer.add([step(1)]);
    pacer.take(0);
    pacer.add([step(2), other(3), other(4, 'b')]);
    expect(cursors(pacer.take(10))).toEqual([]);
    expect(cursors(pacer.take(GAP))).toEqual([2, 3, 4]);
  });

  it('lets go what stood behind a step once that step is overtaken', () => {
    const pacer = createPacer(GAP);
    pacer.add([step(1)]);
    pacer.take(0);
    pacer.add([step(2), other(3)]);
    expect(cursors(pacer.take(10))).toEqual([]);
    pacer.add([step(4)]);
    expect(cursors(pacer.take(20))).toEqual([3]);
    expect(cursors(pacer.take(GAP))).toEqual([4]);
  });

  it('paces each task by itself', () => {
    const pacer = createPacer(GAP);
    pacer.add([step(1, 'a'), step(2, 'b')]);
    expect(cursors(pacer.take(0))).toEqual([1, 2]);
    pacer.add([step(3, 'c'), step(4, 'a'), step(5, 'd')]);
    expect(cursors(pacer.take(100))).toEqual([3]);
    expect(cursors(pacer.take(GAP))).toEqual([4, 5]);
  });

  it('holds its promises over any course of events', () => {
    let seed = 42;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const pacer = createPacer(GAP);
    const added: Frame[] = [];
    const taken: { frame: Frame; at: number; addedAt: number }[] = [];
    const addedAt = new Map<bigint, number>();
    let now = 0;
    const take = (): void => {
      for (const one of pacer.take(now))
        taken.push({ frame: one, at: now, addedAt: addedAt.get(one.cursor)! });
    };
    for (let cursor = 1; cursor <= 3_000; cursor += 1) {
      const task = 'abcde'.charAt(random(5));
      const one = random(4) === 0 ? other(cursor, task) : step(cursor, task);
      added.push(one);
      addedAt.set(one.cursor, now);
      pacer.add([one]);
      take();
      const next = now + random(60);
      // As a timer would: at the time that the pacer names.
      for (let due = pacer.dueAt(); due !== null && due <= next; due = pacer.dueAt()) {
        now = Math.max(now, due);
        take();
      }
      now = next;
    }
    for (let due = pacer.dueAt(); due !== null; due = pacer.dueAt()) {
      now = Math.max(now, due);
      take();
    }

    const order = taken.map(({ frame }) => frame.cursor);
    expect(order).toEqual(order.toSorted((a, b) => Number(a - b)));
    // Nothing but steps is dropped, and of each task's steps the last one is not.
    const left = new Set(order);
    const dropped = added.filter(({ cursor }) => !left.has(cursor));
    expect(dropped.every(({ type }) => type === 'task.step')).toBe(true);
    for (const task of 'abcde') {
      const last = added.findLast(({ type, taskId }) => type === 'task.step' && taskId === task)!;
      expect(left.has(last.cursor)).toBe(true);
      const times = taken
        .filter(({ frame }) => frame.type === 'task.step' && frame.taskId === task)
        .map(({ at }) => at);
      for (let i = 1; i < times.length; i += 1) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(GAP);
    }
    // Nothing waits longer than the gap.
    expect(Math.max(...taken.map(({ at, addedAt: since }) => at - since))).toBeLessThanOrEqual(GAP);
    expect(dropped.length).toBeGreaterThan(500);
  });
});
