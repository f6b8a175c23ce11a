import type { Services } from '../deps.ts';
import { describeError } from './errors.ts';

/** Tells the admitter that there is something to do. Not waited for: if the hint is lost, a sweep finds the task. */
export function hintAdmission({ queue, log }: Services, requestId: string): void {
  queue.addMaintenance('admit').catch((error: unknown) => {
    log.warn({ requestId, error: describeError(error) }, 'admission hint lost');
  });
}
