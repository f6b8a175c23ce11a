import { UPKEEP_TIMES, type JobQueue, type UpkeepScheduler } from '@cfdi-live/domain';
import type { Queue } from './queue.ts';

/** The domain's view of the queue. */
export function createJobQueue(queue: Queue): JobQueue {
  return {
    addRun: (ref) => queue.add('run', ref, { jobId: `${ref.taskId}-${ref.nextFence}` }),
    addMaintenance: (work) => queue.addMaintenance(work),
    ping: () => queue.ping(),
  };
}

/** The queue as the one that calls for upkeep at its times. */
export function createUpkeepScheduler(queue: Queue): UpkeepScheduler {
  return {
    replace: (works) =>
      queue.scheduleMaintenance(Object.fromEntries(works.map((work) => [work, UPKEEP_TIMES[work]]))),
  };
}
