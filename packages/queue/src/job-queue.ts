import type { JobQueue } from '@cfdi-live/domain';
import type { Queue } from './queue.ts';

/** The domain's view of the queue. */
export function createJobQueue(queue: Queue): JobQueue {
  return {
    addRun: (ref) => queue.add('run', ref, { jobId: `${ref.taskId}-${ref.nextFence}` }),
    addMaintenance: (work) => queue.addMaintenance(work),
    ping: () => queue.ping(),
  };
}
