import { encodeId, type IdKind } from '@cfdi-live/contract';
import type { Page } from '@cfdi-live/domain';

export function presentPage<Row, Item>(
  page: Page<Row>,
  present: (row: Row) => Item,
): { data: Item[]; hasMore: boolean; nextCursor: string | null } {
  return { data: page.rows.map(present), hasMore: page.hasMore, nextCursor: page.nextCursor };
}

export function timestamp(date: Date): string {
  return date.toISOString();
}

export function timestampOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

export function idOrNull(kind: IdKind, uuid: string | null): string | null {
  return uuid === null ? null : encodeId(kind, uuid);
}
