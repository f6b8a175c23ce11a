/** `idempotency_keys`: what was answered to requests with an Idempotency-Key. */
import type { KeptAnswer, RepeatableRequest, SettledRequest } from '@cfdi-live/domain';
import type { KeyCache } from './crypto/key-cache.ts';
import type { Cell, TenantKeys } from './crypto/tenant-keys.ts';
import type { SqlPool, Statement } from './pool.ts';
import { inTenantTransaction } from './tenant-transaction.ts';
import { jsonBytes } from './wanted-tasks.ts';

/** Keyed hash of a request's mode and name: its row is found by it. */
export function requestKey(keys: TenantKeys, { scope, name }: RepeatableRequest): Buffer {
  return keys.index('request', `${scope.mode} ${name}`);
}

/** Keyed hash of what it asks for. */
export function requestContent(keys: TenantKeys, { content }: RepeatableRequest): Buffer {
  return keys.index('request', content);
}

/** Where the body of a request's answer is kept. */
export function bodyCell(key: Buffer): Cell {
  return { table: 'idempotency_keys', column: 'body', rowId: key.toString('hex') };
}

/** A row of `app.kept_answer`, as JSON: bytes are `\x…`. */
export interface AnswerToKeep {
  key: string;
  request: string;
  status: number;
  location: string | null;
  content_type: string | null;
  body: string;
}

export function answerToKeep(
  keys: TenantKeys,
  request: RepeatableRequest,
  answer: KeptAnswer,
  key: Buffer = requestKey(keys, request),
): AnswerToKeep {
  return {
    key: jsonBytes(key),
    request: jsonBytes(requestContent(keys, request)),
    status: answer.status,
    location: answer.location,
    content_type: answer.contentType,
    body: jsonBytes(keys.sealText(bodyCell(key), answer.body)),
  };
}

/** For the transaction that holds the keys of these requests. */
export function keepAnswers(answers: readonly AnswerToKeep[]): Statement[] {
  return answers.length === 0 ? [] : [['select app.keep_answers($1)', [JSON.stringify(answers)]]];
}

interface KeptRecord {
  request_hash: Buffer;
  status: number | null;
  location: string | null;
  content_type: string | null;
  body: Buffer | null;
}

/** What became of an earlier request of this name; null: there was none, or it is forgotten. */
export function findSettled(
  pool: SqlPool,
  cache: KeyCache,
  request: RepeatableRequest,
): Promise<SettledRequest | null> {
  return inTenantTransaction(pool, cache, request.scope, async ({ sql, keys }) => {
    const key = requestKey(keys, request);
    const [kept] = await sql.query<KeptRecord>(
      `select request_hash, status, location, content_type, body from public.idempotency_keys
        where tenant_id = $1 and mode = $2 and key_hash = $3
          and (locked_until > app.now() or (status is not null and created_at > app.now() - app.idempotency_retention()))`,
      [request.scope.tenantId, request.scope.mode, key],
    );
    if (kept === undefined) return null;
    if (!kept.request_hash.equals(requestContent(keys, request))) return { kind: 'mismatch' };
    if (kept.status === null) return { kind: 'in_progress' };
    const { status, location, content_type: contentType } = kept;
    const body = kept.body === null ? '' : keys.openText(bodyCell(key), kept.body);
    return { kind: 'answered', answer: { status, location, contentType, body } };
  });
}
