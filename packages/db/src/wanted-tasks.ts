/** Tasks on their way into the database: one by one, or those of several requests in one statement. */
import type { Sql } from './pool.ts';
import { pgJson } from './text.ts';

/** A row of `app.new_task`, as JSON: bytes are `\x…`. */
export interface WantedTask {
  id: string;
  /** Of the request that it is made for; null where that has no key, or has claimed it already. */
  request_key: string | null;
  external_id: string | null;
  ticket_id: string;
  ticket_key: string;
  general_key: string | null;
  key_rule: string | null;
  vendor_url: string;
  vendor_host: string;
  vendor_id: string | null;
  ticket_details: string;
  profile_snapshot: string;
  profile_index: string;
  profile_id: string | null;
  credential_id: string | null;
  priority: number;
  not_before: Date | null;
  deadline: Date | null;
  metadata: unknown;
  options: unknown;
  warnings: unknown;
  created_by: string;
}

/** A row of `app.made_task`: the columns beside `outcome` belong to one outcome each. */
export interface MadeTask<Outcome = CreateOutcome> {
  outcome: Outcome;
  other_task: string | null;
  ticket: string | null;
  created: Date | null;
  exceeded: 'tenant' | 'profile' | null;
  retry_after: number | null;
}

export type CreateOutcome =
  'created' | 'duplicate_ticket' | 'ticket_in_doubt' | 'external_id_taken' | 'quota_exceeded' | KeyOutcome;

/** The request is known: at work elsewhere, or answered. */
export type KeyOutcome = 'key_in_use' | 'key_answered';

/** Makes a task, at once or together with others. */
export type MakeTask = (task: WantedTask) => Promise<MadeTask>;

/** Bytes in a JSON parameter. */
export function jsonBytes(value: Buffer): string {
  return `\\x${value.toString('hex')}`;
}

/** `app.make_tasks`: an answer for each, in their order. No two of them may want the same. */
async function makeTasks(sql: Sql, tasks: readonly WantedTask[]): Promise<MadeTask[]> {
  return sql.query<MadeTask>('select * from app.make_tasks($1)', [pgJson(tasks)]);
}

/** In a transaction of its own, a task is made at once. */
export function makeAlone(sql: Sql): MakeTask {
  return async (task) => {
    const [made] = await makeTasks(sql, [task]);
    if (made === undefined) throw new Error('make_tasks answered nothing');
    return made;
  };
}

/**
 * Makes the tasks of several members of a transaction together: what is wanted is sent when no member is at work any
 * more, so each has either ended or waits here. A member wants one task at a time.
 */
export interface TaskMaker {
  makeTask: MakeTask;
  /** Does a member's work; none is sent before all that were begun in one go have come here or ended. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  task: WantedTask;
  resolve(made: MadeTask): void;
  reject(error: unknown): void;
}

export function createTaskMaker(sql: Sql): TaskMaker {
  let atWork = 0;
  let waiting: Waiting[] = [];
  const sendWhenAllWait = (): void => {
    if (atWork > 0 || waiting.length === 0) return;
    const together = wavesOf(waiting);
    waiting = [];
    for (const wave of together) void send(wave);
  };
  const send = async (wave: readonly Waiting[]): Promise<void> => {
    try {
      const made = await makeTasks(
        sql,
        wave.map(({ task }) => task),
      );
      if (made.length !== wave.length) throw new Error('make_tasks left out an answer');
      atWork += wave.length;
      for (const [index, one] of made.entries()) wave[index]?.resolve(one);
    } catch (error) {
      atWork += wave.length;
      for (const one of wave) one.reject(error);
    }
  };
  return {
    makeTask: (task) =>
      new Promise((resolve, reject) => {
        waiting.push({ task, resolve, reject });
        atWork -= 1;
        sendWhenAllWait();
      }),
    async during(work) {
      atWork += 1;
      try {
        await Promise.resolve(); // so that the others are counted, too
        return await work();
      } finally {
        atWork -= 1;
        sendWhenAllWait();
      }
    },
  };
}

/** Those that want the same go into statements one after the other: of two for one ticket, the first one gets it. */
function wavesOf(all: readonly Waiting[]): Waiting[][] {
  const waves: { taken: Set<string>; members: Waiting[] }[] = [];
  for (const one of all) {
    const wants = wantsOf(one.task);
    // Behind the last wave that wants the same, so that they keep their order.
    const last = waves.findLastIndex(({ taken }) => wants.some((want) => taken.has(want)));
    const wave = (waves[last + 1] ??= { taken: new Set(), members: [] });
    wave.members.push(one);
    for (const want of wants) wave.taken.add(want);
  }
  return waves.map(({ members }) => members);
}

function wantsOf({ ticket_key, general_key, external_id }: WantedTask): string[] {
  return [
    `ticket ${ticket_key}`,
    ...(general_key === null ? [] : [`ticket ${general_key}`]),
    ...(external_id === null ? [] : [`external id ${external_id}`]),
  ];
}
