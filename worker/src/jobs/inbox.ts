/**
 * Matches what comes for tasks beside their runs, and sends tasks that have waited long enough to ask their portal. A mail's job
 * only hastens what the rows say: the sweep finds what a lost job left.
 */
import type { Queue } from '@cfdi-live/queue';
import { createJobQueue } from '@cfdi-live/queue';
import { lookAtMails, type LookDeps } from '../delivery/look.ts';
import { errorName } from '../run/run-task.ts';
import { repeat } from './repeat.ts';

export interface InboxDeps extends LookDeps {
  queue: Queue;
  maxSessions: number;
}

export interface Inbox {
  /** Waits for the mails that are being looked at. */
  stop(): Promise<void>;
}

/** Longer than a look may take, with all its links and a slow register: what dies in between is looked at again. */
const LOCK_MS = 180_000;
const AT_ONCE = 2;
const MOST_DUE = 100;

export function startInbox(
  deps: InboxDeps,
  { everyMs, onError }: { everyMs: number; onError: (error: unknown) => void },
): Inbox {
  const { database, queue, log } = deps;
  const jobs = createJobQueue(queue);
  const take = async ({ mailId }: { mailId: string }): Promise<void> => {
    const claimed = await database.system.claimMails({ mailId, lockMs: LOCK_MS });
    if (claimed === null) return;
    const { taskId, ...scope } = claimed;
    try {
      await lookAtMails(deps, scope, taskId);
    } catch (error) {
      log.warn({ action: 'delivery', task: taskId, err: errorName(error) }, 'mails are looked at again');
      throw error;
    }
  };
  const consumer = queue.consume('mail', take, { concurrency: AT_ONCE });
  const sweep = async (): Promise<void> => {
    for (const mailId of await database.system.listDueMails({ limit: MOST_DUE }))
      await addMail(queue, mailId);
    for (const ref of await database.system.askPortals({ maxQueued: deps.maxSessions }))
      await jobs.addRun(ref);
  };
  const sweeper = repeat(sweep, everyMs, onError);
  return {
    async stop() {
      await sweeper.stop();
      await consumer.close({ graceful: true });
    },
  };
}

/** One job at a time for a mail: the row says whether there is anything to do. */
export async function addMail(queue: Queue, mailId: string): Promise<void> {
  await queue.add('mail', { mailId }, { jobId: mailId });
}
