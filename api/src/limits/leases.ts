/**
 * Points taken ahead: a process asks the shared store for a block of a subject's points and spends them by itself, so
 * that most requests ask nobody. The limit is never passed. What a process did not spend when the window ends is lost, so
 * up to one block for each process may be missing from a quota: `1 / BLOCKS_PER_QUOTA` of it.
 */
import type { Policy } from './policies.ts';
import type { Taken, TakePoints } from './store.ts';

const BLOCKS_PER_QUOTA = 20;
/** Subjects that are remembered; those that were not heard of for longest are forgotten first. */
const MAX_SUBJECTS = 20_000;

interface Lease {
  points: number;
  /** Left in the store when the block was taken. */
  elsewhere: number;
  until: number;
  refused: boolean;
}

/** Takes one point of a subject. */
export type TakePoint = (subject: string) => Taken | Promise<Taken>;

export function createLeases(
  take: TakePoints,
  policy: Policy,
  now: () => number = performance.now.bind(performance),
): TakePoint {
  const block = Math.max(1, Math.floor(policy.quota / BLOCKS_PER_QUOTA));
  const leases = new Map<string, Lease>();
  const asked = new Map<string, Promise<Lease>>();

  /** One question at a time for each subject: who comes meanwhile shares the block. */
  const ask = (subject: string): Promise<Lease> => {
    const known = asked.get(subject);
    if (known !== undefined) return known;
    const asking = take(subject, block)
      .then(({ granted, remaining, msToNext }) => {
        const lease = {
          points: granted ? block : 0,
          elsewhere: remaining,
          until: now() + msToNext,
          refused: !granted,
        };
        leases.delete(subject);
        leases.set(subject, lease);
        for (const [oldest] of leases) {
          if (leases.size <= MAX_SUBJECTS) break;
          leases.delete(oldest);
        }
        return lease;
      })
      .finally(() => asked.delete(subject));
    asked.set(subject, asking);
    return asking;
  };
  const spend = (lease: Lease): Taken => {
    const granted = lease.points > 0;
    if (granted) lease.points -= 1;
    return { granted, remaining: lease.points + lease.elsewhere, msToNext: Math.max(0, lease.until - now()) };
  };
  const askAndSpend = async (subject: string): Promise<Taken> => {
    for (;;) {
      const lease = await ask(subject);
      // Others who waited may have spent the block by now.
      if (lease.points > 0 || lease.refused) return spend(lease);
    }
  };
  return (subject) => {
    const lease = leases.get(subject);
    if (lease === undefined || lease.until <= now()) return askAndSpend(subject);
    return lease.points > 0 || lease.refused ? spend(lease) : askAndSpend(subject);
  };
}
