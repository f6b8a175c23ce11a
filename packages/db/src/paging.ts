/** Lists, newest first, by keyset: ids are UUIDv7, so their order is the order of creation. */
import type { ListQuery } from '@cfdi-live/contract';
import type { Page } from '@cfdi-live/domain';
import { InvalidCursor } from './errors.ts';
import type { Sql } from './pool.ts';

/** Whether a list gave this out (or could have). */
export function isCursor(text: string): boolean {
  return decodeCursor(text) !== null;
}

function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function decodeCursor(text: string): string | null {
  const bytes = Buffer.from(text, 'base64url');
  // The way back must be the same text: `Buffer.from` passes over what is no base64url.
  if (bytes.length !== 16 || bytes.toString('base64url') !== text) return null;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

interface ListInput<RecordType, Row> {
  /** Table and columns: constant SQL. `$1`… stand for `values`. */
  select: string;
  values?: readonly unknown[];
  /** Conditions with their values; each `?` stands for one value. Those without a value are left out by the caller. */
  where: readonly { sql: string; value: unknown }[];
  query: Pick<ListQuery, 'limit' | 'after' | 'before'>;
  toRow: (record: RecordType) => Row;
}

/** One page. Throws `InvalidCursor`. */
export async function listPage<RecordType extends { id: string }, Row>(
  sql: Sql,
  input: ListInput<RecordType, Row>,
): Promise<Page<Row>> {
  const { limit, after, before } = input.query;
  const backwards = after === undefined && before !== undefined;
  const conditions = [...input.where];
  const cursor = after ?? before;
  if (cursor !== undefined) {
    const id = decodeCursor(cursor);
    if (id === null) throw new InvalidCursor();
    conditions.push({ sql: backwards ? 'id > ?' : 'id < ?', value: id });
  }
  const values = [...(input.values ?? [])];
  const where = conditions.map(({ sql, value }) => sql.replace('?', `$${values.push(value)}`));
  const records = await sql.query<RecordType>(
    `${input.select} ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
      order by id ${backwards ? 'asc' : 'desc'} limit $${values.length + 1}`,
    [...values, limit + 1],
  );
  const hasMore = records.length > limit;
  const page = records.slice(0, limit);
  if (backwards) page.reverse();
  const last = page.at(-1);
  // A page that was reached backwards was reached from an older one.
  const nextCursor = last !== undefined && (hasMore || backwards) ? encodeCursor(last.id) : null;
  return { rows: page.map(input.toRow), hasMore, nextCursor };
}
