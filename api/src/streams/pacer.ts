/**
 * Thins the steps of a live stream: two steps of one task leave at least a gap apart, and the last of a burst always
 * leaves.
 *
 * The rule, so that order and ids stay exact:
 * - Frames leave in the order of the log, always. So the id of a frame that has left stands for everything before it.
 * - A step that comes too early waits. A later step of its task takes its place, further back in the line; the earlier
 *   one is dropped. At most one step of a task waits, never longer than the gap.
 * - What stands behind a waiting step waits with it, for it may not overtake.
 *
 * Whoever comes back with the id of any frame has missed nothing before it but dropped steps, and gets everything after
 * it from the log; no other event is lost or repeated.
 */
import type { Frame } from './frames.ts';

export interface Pacer {
  /** Frames that come next in the log. */
  add(frames: readonly Frame[]): void;
  /** Those that may leave now, in order. `now` is in milliseconds, of any monotonic clock. */
  take(now: number): Frame[];
  /** When the next one may leave; null when none waits. */
  dueAt(): number | null;
}

export function createPacer(gapMs: number): Pacer {
  // Both keep the order of insertion: of the log, and of time.
  const line = new Map<bigint, Frame>();
  const leftAt = new Map<string, number>();
  const waitingStep = new Map<string, bigint>();

  const dueTime = (frame: Frame): number => {
    const task = taskOfStep(frame);
    const last = task === null ? undefined : leftAt.get(task);
    return last === undefined ? -Infinity : last + gapMs;
  };
  const forgetBefore = (now: number): void => {
    for (const [task, at] of leftAt) {
      if (at + gapMs > now) return;
      leftAt.delete(task);
    }
  };

  return {
    add(frames) {
      for (const frame of frames) {
        line.set(frame.cursor, frame);
        const task = taskOfStep(frame);
        if (task === null) continue;
        const superseded = waitingStep.get(task);
        if (superseded !== undefined) line.delete(superseded);
        waitingStep.set(task, frame.cursor);
      }
    },
    take(now) {
      forgetBefore(now);
      const taken: Frame[] = [];
      for (const frame of line.values()) {
        if (dueTime(frame) > now) break;
        line.delete(frame.cursor);
        taken.push(frame);
        const task = taskOfStep(frame);
        if (task === null) continue;
        waitingStep.delete(task);
        leftAt.delete(task);
        leftAt.set(task, now);
      }
      return taken;
    },
    dueAt() {
      for (const frame of line.values()) return dueTime(frame);
      return null;
    },
  };
}

function taskOfStep({ type, taskId }: Frame): string | null {
  return type === 'task.step' ? taskId : null;
}
