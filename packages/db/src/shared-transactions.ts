/**
 * Transactions that several requests of one tenant and mode share (docs/adr/0015-shared-transactions.md): who comes while
 * earlier ones are being written travels with the next transaction, so that its fixed costs are paid once for all of
 * them. Nobody waits for company: the first who comes starts at once.
 */
import type { KeptAnswer, RepeatableRequest, TenantScope, TenantTx } from '@cfdi-live/domain';
import type { KeyCache } from './crypto/key-cache.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import { DatabaseUnavailable, RequestKnown } from './errors.ts';
import { answerToKeep, keepAnswers, requestKey, type AnswerToKeep } from './kept-answers.ts';
import type { SqlPool, Transaction } from './pool.ts';
import { appendEvents, type NotedEvent } from './stores/events.ts';
import { openAsTenant, storesOf } from './tenant-transaction.ts';
import { createTaskMaker, jsonBytes, type TaskMaker } from './wanted-tasks.ts';

/** Requests in one transaction at most: what one of them locks, the others lock as long. */
const MOST_MEMBERS = 32;
/** One at a time of a tenant and mode, for its events wait for each other anyway; but nobody waits longer for a slow one. */
const LATE_MS = 25;

export type Joined<T> =
  /** The work is done; with a `part` in a transaction it is to be committed, without one it touched no row. */
  | { kind: 'done'; value: T; part: Part | null }
  /** The request is at work elsewhere, or answered; nothing was done. */
  | { kind: 'key_in_use' | 'key_answered' }
  /** Something failed, perhaps another member's work, and all was undone: it is to be done in a transaction of its own. */
  | { kind: 'apart' };

/** One request's part of a transaction, which commits when each part was settled. */
export interface Part {
  /** Resolves when it is committed, with the answer where there is one to keep. */
  settle(answer: KeptAnswer | null): Promise<void>;
  /** Undoes the transaction, the others' parts too: they may be tried again. */
  abandon(): void;
}

export interface SharedTransactions {
  /**
   * Does work in a transaction that it may share; it may be called again, for `apart`. `request`: the work makes a task for
   * it, which claims its key.
   */
  join<T>(
    scope: TenantScope,
    request: RepeatableRequest | null,
    work: (tx: TenantTx) => Promise<T>,
  ): Promise<Joined<T>>;
}

interface Member {
  request: RepeatableRequest | null;
  work: (tx: TenantTx) => Promise<unknown>;
  resolve(joined: Joined<unknown>): void;
  reject(error: unknown): void;
}

/** Requests of one tenant and mode. */
interface Queue {
  waiting: Member[];
  /** Names of those that wait or are at work. */
  names: Set<string>;
  /** A transaction is under way, and not for long. */
  isBusy: boolean;
}

export function createSharedTransactions(pool: SqlPool, cache: KeyCache): SharedTransactions {
  const queues = new Map<string, Queue>();

  const goOn = (scope: TenantScope, queue: Queue): void => {
    if (queue.isBusy) return;
    if (queue.waiting.length > 0) void start(scope, queue);
    else if (queue.names.size === 0) queues.delete(idOf(scope));
  };
  const start = async (scope: TenantScope, queue: Queue): Promise<void> => {
    queue.isBusy = true;
    const opened = await openAsTenant(pool, cache, scope).catch((error: unknown) => {
      for (const member of queue.waiting.splice(0)) member.reject(error);
      return null;
    });
    // Only now, so that those who came while a connection was waited for are with it.
    const members = queue.waiting.splice(0, MOST_MEMBERS);
    let isLate = false;
    const free = (): void => {
      if (isLate) return;
      isLate = true;
      queue.isBusy = false;
      goOn(scope, queue);
    };
    const timer = setTimeout(free, LATE_MS);
    if (opened !== null) await run(scope, opened, members);
    clearTimeout(timer);
    free();
  };

  return {
    async join<T>(
      scope: TenantScope,
      request: RepeatableRequest | null,
      work: (tx: TenantTx) => Promise<T>,
    ): Promise<Joined<T>> {
      const id = idOf(scope);
      const queue = queues.get(id) ?? { waiting: [], names: new Set(), isBusy: false };
      queues.set(id, queue);
      const name = request?.name ?? null;
      if (name !== null && queue.names.has(name)) return { kind: 'key_in_use' };
      if (name !== null) queue.names.add(name);
      try {
        return await new Promise<Joined<T>>((resolve, reject) => {
          // Each member is given the value of its own work.
          queue.waiting.push({ request, work, resolve: resolve as Member['resolve'], reject });
          goOn(scope, queue);
        });
      } finally {
        if (name !== null) queue.names.delete(name);
      }
    },
  };
}

function idOf({ tenantId, mode }: TenantScope): string {
  return `${tenantId} ${mode}`;
}

// ── One transaction ─────────────────────────────────────────────────────────────────────────────

interface Opened {
  transaction: Transaction;
  keys: TenantKeys;
}

/** What a member's work came to. */
type Done = { member: Member } & (
  | { kind: 'done'; value: unknown; key: Buffer | null; madeTask: boolean; events: readonly NotedEvent[] }
  | { kind: 'known'; outcome: RequestKnown['outcome'] }
  | { kind: 'failed'; error: unknown }
);
type Made = Extract<Done, { kind: 'done' }>;

async function run(scope: TenantScope, opened: Opened, members: readonly Member[]): Promise<void> {
  const { transaction } = opened;
  const maker = createTaskMaker(transaction);
  const all = await Promise.all(members.map((member) => doWork(scope, opened, maker, member)));
  const failed = all.find((one) => one.kind === 'failed');
  if (failed !== undefined) {
    await transaction.rollback();
    for (const { member } of all) {
      if (failed.error instanceof DatabaseUnavailable) member.reject(failed.error);
      else member.resolve({ kind: 'apart' });
    }
    return;
  }
  const made: Made[] = [];
  for (const one of all) {
    if (one.kind === 'known') one.member.resolve({ kind: one.outcome });
    else if (one.kind === 'done' && one.madeTask) made.push(one);
    else if (one.kind === 'done') one.member.resolve({ kind: 'done', value: one.value, part: null });
  }
  await settleAll(opened, made);
}

async function doWork(
  scope: TenantScope,
  { transaction, keys }: Opened,
  maker: TaskMaker,
  member: Member,
): Promise<Done> {
  const events: NotedEvent[] = [];
  let madeTask = false;
  try {
    const key = member.request === null ? null : requestKey(keys, member.request);
    const tx = storesOf({
      scope,
      sql: transaction,
      keys,
      emit: (event) => events.push(event),
      makeTask: (task) => {
        madeTask = true;
        return maker.makeTask(task);
      },
      requestKey: key === null ? null : jsonBytes(key),
    });
    const value = await maker.during(() => member.work(tx));
    return { kind: 'done', member, value, key, madeTask, events };
  } catch (error) {
    if (error instanceof RequestKnown) return { kind: 'known', member, outcome: error.outcome };
    return { kind: 'failed', member, error };
  }
}

/** Lets each member come to its answer, then commits them all. */
async function settleAll({ transaction, keys }: Opened, made: readonly Made[]): Promise<void> {
  if (made.length === 0) return transaction.rollback();
  const answers: AnswerToKeep[] = [];
  const events = made.flatMap((one) => one.events);
  let open = made.length;
  let isAbandoned = false;
  await new Promise<void>((ended) => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const committed = closed.then(async () => {
      if (isAbandoned) throw new DatabaseUnavailable();
      await transaction.commit([...keepAnswers(answers), ...appendEvents(events)]);
    });
    committed.catch(() => transaction.rollback()).then(ended, ended);
    for (const { member, value, key } of made) {
      let isOpen = true;
      const leave = (): void => {
        if (isOpen && --open === 0) close();
        isOpen = false;
      };
      const abandon = (): void => {
        isAbandoned ||= isOpen;
        leave();
      };
      const settle = (answer: KeptAnswer | null): Promise<void> => {
        try {
          if (answer !== null && key !== null && member.request !== null)
            answers.push(answerToKeep(keys, member.request, answer, key));
        } catch (error) {
          abandon();
          throw error;
        }
        leave();
        return committed;
      };
      member.resolve({ kind: 'done', value, part: { settle, abandon } });
    }
  });
}
