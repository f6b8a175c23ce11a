import { SCHEDULED_JOB_OPTIONS, type Producer } from './backend.ts';
import { parsePayload } from './kinds.ts';

/** Makes the schedules of a maintenance producer exactly these: work → cron's words, UTC. */
export async function replaceSchedules(
  producer: Producer,
  times: Readonly<Record<string, string>>,
): Promise<void> {
  for (const { key } of await producer.getJobSchedulers()) {
    if (!Object.hasOwn(times, key)) await producer.removeJobScheduler(key);
  }
  for (const [work, pattern] of Object.entries(times)) {
    const data = parsePayload('maintenance', { work });
    await producer.upsertJobScheduler(
      work,
      { pattern, tz: 'UTC' },
      { name: 'maintenance', data, opts: SCHEDULED_JOB_OPTIONS },
    );
  }
}
