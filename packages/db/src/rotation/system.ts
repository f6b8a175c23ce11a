/** What every part of a rotation is given: transactions as cfdi_system, and the ring. */
import type { KeyRing } from '../crypto/key-ring.ts';
import type { Sql, SqlPool } from '../pool.ts';

export interface RotationContext {
  pool: SqlPool;
  keyRing: KeyRing;
}

/** A short transaction past the tenants' walls. Only the role that migrates may begin it. */
export function asSystem<T>(pool: SqlPool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return pool.transaction([['set local role cfdi_system', []]], work);
}

/** Sorts before every id, so that the first batch begins after it. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
