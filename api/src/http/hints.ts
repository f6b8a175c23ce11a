import type { JobQueue } from '@cfdi-live/domain';
import type { Log, Services } from '../deps.ts';
import { describeError } from './errors.ts';

/** Tells the admitter that there is something to do. Not waited for: if the hint is lost, a sweep finds the task. */
export function hintAdmission({ queue, log }: Services, requestId: string): void {
  queue.addMaintenance('admit').catch((error: unknown) => {
    log.warn({ requestId, error: describeError(error) }, 'admission hint lost');
  });
}

/**
 * A queue that is told of the same maintenance once at a time: what is asked for while a hint is on its way is one more
 * hint after it, however often. Under load, hints would cost more than what they tell of.
 */
export function coalesceHints(queue: JobQueue): JobQueue {
  const underWay = new Map<string, { again: Promise<void> | null; now: Promise<void> }>();
  const send = (kind: 'admit' | 'webhooks'): Promise<void> => {
    const now = queue.addMaintenance(kind).finally(() => {
      if (underWay.get(kind)?.again === null) underWay.delete(kind);
    });
    underWay.set(kind, { now, again: null });
    return now;
  };
  return {
    ...queue,
    addMaintenance: (kind) => {
      const known = underWay.get(kind);
      if (known === undefined) return send(kind);
      return (known.again ??= known.now.then(
        () => send(kind),
        () => send(kind),
      ));
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
