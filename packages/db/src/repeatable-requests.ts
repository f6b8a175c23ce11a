/** Requests with an Idempotency-Key: `idempotency_keys`, and the transaction that a request's work and answer share. */
import { randomUUID } from 'node:crypto';
import type {
  Database,
  RepeatableRequest,
  RepeatableRequests,
  RequestWork,
  SettledRequest,
  TenantScope,
} from '@cfdi-live/domain';
import type { KeyCache } from './crypto/key-cache.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import { RequestSettled } from './errors.ts';
import {
  answerToKeep,
  bodyCell,
  findSettled,
  keepAnswers,
  requestContent,
  requestKey,
} from './kept-answers.ts';
import type { SqlPool } from './pool.ts';
import type { Part, SharedTransactions } from './shared-transactions.ts';
import { inTenantTransaction, openTenantTransaction, type TenantTransaction } from './tenant-transaction.ts';

const HOLD_SECONDS = 60;
const RENEW_MS = 20_000;

/** The errors that `app.claim_idempotency_key` raises. */
const IN_USE = 'CLI01';
const ANSWERED = 'CLI02';

interface Context {
  pool: SqlPool;
  cache: KeyCache;
  shared: SharedTransactions;
  /** The database as it is without a request. */
  plain: () => Database;
}

export function createRepeatableRequests(context: Context): RepeatableRequests {
  return {
    beginOnce: (request) => beginOnce(context, request),
    beginHeld: (request) => beginHeld(context, request),
  };
}

// ── Work that is one transaction ────────────────────────────────────────────────────────────────

function beginOnce({ pool, cache, shared, plain }: Context, request: RepeatableRequest): RequestWork {
  let opening: Promise<TenantTransaction> | undefined;
  let part: Part | null = null;
  const open = (): Promise<TenantTransaction> => {
    if (part !== null) throw new Error('a request that shares its transaction does its work in one piece');
    return (opening ??= openClaimed(pool, cache, request));
  };
  const withTenant: Database['withTenant'] = async (scope, work) => {
    if (!isSame(scope, request.scope)) return plain().withTenant(scope, work);
    const goesOn = opening !== undefined;
    const transaction = await open();
    try {
      // What one throws is undone for itself, as it would be without a key: by a savepoint, or all there is so far.
      return await (goesOn ? transaction.part(() => work(transaction.tx)) : work(transaction.tx));
    } catch (error) {
      const outcome = await settledBy({ pool, cache }, request, error, transaction);
      if (outcome !== null) throw new RequestSettled(outcome);
      if (!goesOn) {
        await transaction.rollback();
        opening = undefined;
      }
      throw error;
    }
  };
  const withTenantShared: Database['withTenantShared'] = async (scope, work) => {
    if (opening !== undefined || part !== null || !isSame(scope, request.scope))
      return withTenant(scope, work);
    const joined = await shared.join(scope, request, work);
    if (joined.kind === 'apart') return withTenant(scope, work);
    if (joined.kind !== 'done') throw new RequestSettled(await known({ pool, cache }, request, joined.kind));
    part = joined.part;
    return joined.value;
  };

  return {
    database: { ...plain(), withTenant, withTenantShared },
    async commit(answer) {
      if (part !== null) {
        await part.settle(answer);
        return { kind: 'committed' };
      }
      // What is not kept has nothing to keep it from: it only must not hide an earlier answer.
      if (answer === null && opening === undefined) {
        return (await findSettled(pool, cache, request)) ?? { kind: 'committed' };
      }
      const transaction = await open();
      try {
        await transaction.commit(
          keepAnswers(answer === null ? [] : [answerToKeep(transaction.keys, request, answer)]),
        );
        return { kind: 'committed' };
      } catch (error) {
        const outcome = await settledBy({ pool, cache }, request, error, transaction);
        if (outcome === null) throw error;
        return outcome;
      }
    },
    async rollback() {
      part?.abandon();
      await (await opening?.catch(() => undefined))?.rollback();
    },
  };
}

/** Whether a transaction failed because the request's name is taken. */
async function settledBy(
  context: Pick<Context, 'pool' | 'cache'>,
  request: RepeatableRequest,
  error: unknown,
  transaction: TenantTransaction,
): Promise<SettledRequest | null> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== IN_USE && code !== ANSWERED) return null;
  // First gives its connection back: all that hold one could wait for another.
  await transaction.rollback();
  return known(context, request, code === ANSWERED ? 'key_answered' : 'key_in_use');
}

async function known(
  { pool, cache }: Pick<Context, 'pool' | 'cache'>,
  request: RepeatableRequest,
  how: 'key_in_use' | 'key_answered',
): Promise<SettledRequest> {
  const earlier = how === 'key_answered' ? await findSettled(pool, cache, request) : null;
  return earlier ?? { kind: 'in_progress' };
}

/** The name is claimed together with the first statement of the work; if it is taken, that statement is not done. */
async function openClaimed(
  pool: SqlPool,
  cache: KeyCache,
  request: RepeatableRequest,
): Promise<TenantTransaction> {
  const transaction = await openTenantTransaction(pool, cache, request.scope);
  transaction.sql
    .query('select app.claim_idempotency_key($1)', [requestKey(transaction.keys, request)])
    .catch(() => undefined);
  return transaction;
}

// ── Work that calls outside ─────────────────────────────────────────────────────────────────────

async function beginHeld(
  context: Context,
  request: RepeatableRequest,
): ReturnType<RepeatableRequests['beginHeld']> {
  const { pool, cache, plain } = context;
  const holder = randomUUID();
  const change = (text: string, values: (keys: TenantKeys, key: Buffer) => unknown[]): Promise<boolean> =>
    inTenantTransaction(pool, cache, request.scope, async ({ sql, keys }) => {
      const key = requestKey(keys, request);
      const [row] = await sql.query<{ done: boolean }>(text, [key, ...values(keys, key)]);
      return row?.done === true;
    });
  const renew = (seconds: number): Promise<boolean> =>
    change(`select app.renew_idempotency_key($1, $2, $3::float8 * interval '1 second') as done`, () => [
      holder,
      seconds,
    ]);

  const held = await change(
    `select app.hold_idempotency_key($1, $2, $3, $4::float8 * interval '1 second') as done`,
    (keys) => [requestContent(keys, request), holder, HOLD_SECONDS],
  );
  if (!held) return (await findSettled(pool, cache, request)) ?? { kind: 'in_progress' };

  // A renewal that fails is made up for by the next one; if none succeeds, the hold runs out.
  const timer = setInterval(() => void renew(HOLD_SECONDS).catch(() => undefined), RENEW_MS).unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    await renew(0).catch(() => undefined);
  };
  return {
    kind: 'begun',
    work: {
      database: plain(),
      rollback: release,
      async commit(answer) {
        if (answer === null) await release();
        else {
          clearInterval(timer);
          const { status, location, contentType, body } = answer;
          await change('select app.answer_held_key($1, $2, $3, $4, $5, $6) as done', (keys, key) => [
            holder,
            status,
            location,
            contentType,
            keys.sealText(bodyCell(key), body),
          ]);
        }
        return { kind: 'committed' };
      },
    },
  };
}

function isSame(one: TenantScope, other: TenantScope): boolean {
  return one.tenantId === other.tenantId && one.mode === other.mode;
}
