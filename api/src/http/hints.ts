import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueue, TaskRow } from '@cfdi-live/domain';
import type { Log, Services } from '../deps.ts';
import { describeError } from './describe-error.ts';

/** Tells the admitter that there is something to do. Not waited for: if the hint is lost, a sweep finds the task. */
export function hintAdmission({ queue, log }: Services, requestId: string): void {
  queue.addMaintenance('admit').catch((error: unknown) => {
    log.warn({ requestId, error: describeError(error) }, 'admission hint lost');
  });
}

/** Under load, hints would cost more than what they tell of: a job each, where one finds all that waits. */
const HINT_EVERY_MS = 100;

/**
 * A queue that is told of the same maintenance at once, and then at most every `HINT_EVERY_MS`: what is asked for in
 * between is one more hint at the end of that time, however often.
 */
export function coalesceHints(queue: JobQueue): JobQueue {
  const later = new Map<string, Promise<void> | null>();
  const send = (kind: 'admit' | 'webhooks'): Promise<void> => {
    later.set(kind, null);
    setTimeout(() => {
      if (later.get(kind) === null) later.delete(kind);
    }, HINT_EVERY_MS).unref();
    return queue.addMaintenance(kind);
  };
  return {
    ...queue,
    addMaintenance: (kind) => {
      const known = later.get(kind);
      if (known === undefined) return send(kind);
      if (known !== null) return known;
      const waiting = delay(HINT_EVERY_MS).then(() => send(kind));
      later.set(kind, waiting);
      return waiting;
    },
  };
}

/** A queue for work that is not committed yet: what it is told, it tells on `send`. */
export function queueAfterwards({ queue, log }: { queue: JobQueue; log: Log }): {
  queue: JobQueue;
  send(): void;
} {
  const later = new Map<string, () => Promise<void>>();
  return {
    queue: {
      ...queue,
      addMaintenance: async (kind) => void later.set(kind, () => queue.addMaintenance(kind)),
      addRun: async (ref) => void later.set(ref.taskId, () => queue.addRun(ref)),
    },
    send() {
      for (const tell of later.values()) {
        tell().catch((error: unknown) => log.warn({ error: describeError(error) }, 'queue hint lost'));
      }
    },
  };
}

/** Tells the queue of a task that was sent on: to be claimed, or to be admitted first. Not waited for either. */
export function hintResumed(services: Services, task: TaskRow, requestId: string): void {
  if (task.status !== 'QUEUED') return hintAdmission(services, requestId);
  const { queue, log } = services;
  queue.addRun({ taskId: task.id, nextFence: task.fence + 1 }).catch((error: unknown) => {
    log.warn({ requestId, error: describeError(error) }, 'run hint lost');
  });
}
