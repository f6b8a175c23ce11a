/** A tenant's own keys: one encrypts its values, one makes keyed hashes of what must be found again. */
import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import type { SEALED_COLUMNS, SealedTable } from './sealed-columns.ts';
import { KEY_BYTES, keyIdOf, open, seal, SealBroken, type NamedKey, type Place } from './seal.ts';

/** Which column of which row, or which file; the tenant is the keys' own. Nothing is sealed for a place that is not listed. */
export type Cell =
  | {
      [Table in SealedTable]: {
        table: Table;
        column: (typeof SEALED_COLUMNS)[Table][number];
        rowId: string;
      };
    }[SealedTable]
  /** A file in Storage: `rowId` is its path. */
  | { table: 'artifacts'; column: 'bytes'; rowId: string };

/** Encrypts and decrypts everything of one tenant. */
export interface TenantKeys {
  tenantId: string;
  seal(cell: Cell, plain: Uint8Array): Buffer;
  /** Throws `SealBroken`. */
  open(cell: Cell, sealed: Uint8Array): Buffer;
  sealText(cell: Cell, plain: string): Buffer;
  openText(cell: Cell, sealed: Uint8Array): string;
  sealJson(cell: Cell, plain: unknown): Buffer;
  openJson(cell: Cell, sealed: Uint8Array): unknown;
  /** Whether a value lies under the data key that writes now, and not under an earlier one. */
  isCurrent(sealed: Uint8Array): boolean;
  /** Keyed hash (HMAC-SHA256) of a canonical text. `kind` keeps equal texts of different kinds apart. */
  index(kind: 'rfc' | 'ticket' | 'request' | 'mailbox' | 'mail', text: string): Buffer;
}

export interface WrappedKey {
  purpose: 'data' | 'index';
  version: number;
  wrapped_key: Uint8Array;
}

/** A key as the database gives it. */
export interface StoredKey extends WrappedKey {
  /** False while other processes may not have heard of it yet; default true. */
  writes?: boolean;
}

/** The tenant's keys are gone: it was deleted, and nothing of it will ever open again. */
export class KeysDestroyed extends Error {
  constructor() {
    super('the tenant has no keys any more');
    this.name = 'KeysDestroyed';
  }
}

function placeOf(tenantId: string, key: Pick<WrappedKey, 'purpose' | 'version'>): Place {
  return { table: 'tenant_keys', column: 'wrapped_key', tenantId, rowId: `${key.purpose}-${key.version}` };
}

/** The first keys of a new tenant, wrapped. */
export function newWrappedKeys(ring: KeyRing, tenantId: string): WrappedKey[] {
  return (['data', 'index'] as const).map((purpose) => ({
    purpose,
    version: 1,
    wrapped_key: ring.wrap(placeOf(tenantId, { purpose, version: 1 }), randomBytes(KEY_BYTES)),
  }));
}

/** A further version of a tenant's data key, wrapped. */
export function newDataKey(ring: KeyRing, tenantId: string, version: number): WrappedKey {
  const key = { purpose: 'data', version } as const;
  return { ...key, wrapped_key: ring.wrap(placeOf(tenantId, key), randomBytes(KEY_BYTES)) };
}

/** The same key, wrapped by the ring's current key. Throws `SealBroken` where the ring cannot open it. */
export function rewrapKey(ring: KeyRing, tenantId: string, key: WrappedKey): Buffer {
  const place = placeOf(tenantId, key);
  return ring.wrap(place, ring.unwrap(place, key.wrapped_key));
}

/**
 * Unwraps a tenant's keys. The newest of a purpose that may write is used from now on, all of them open. Without rows
 * the tenant was deleted: the keys throw `KeysDestroyed` when they are used, so that what needs none still works.
 */
export function unwrapTenantKeys(ring: KeyRing, tenantId: string, rows: readonly StoredKey[]): TenantKeys {
  if (rows.length === 0) return tenantKeysOver(tenantId, destroyed);
  const unwrapped = rows
    .toSorted((a, b) => b.version - a.version)
    .map((row) => ({
      purpose: row.purpose,
      writes: row.writes ?? true,
      id: String(row.version),
      bytes: createSecretKey(ring.unwrap(placeOf(tenantId, row), row.wrapped_key)),
    }));
  const dataKeys = unwrapped.filter((key) => key.purpose === 'data');
  const dataKey = dataKeys.find((key) => key.writes) ?? dataKeys[0];
  const indexKey = unwrapped.find((key) => key.purpose === 'index');
  if (dataKey === undefined || indexKey === undefined) {
    throw new SealBroken('the tenant lacks a key', placeOf(tenantId, { purpose: 'data', version: 1 }));
  }
  const byId = new Map(dataKeys.map((key) => [key.id, key.bytes]));
  const keys: Unwrapped = { dataKey, indexKey: indexKey.bytes, byId };
  return tenantKeysOver(tenantId, () => keys);
}

interface Unwrapped {
  dataKey: NamedKey;
  indexKey: KeyObject;
  byId: ReadonlyMap<string, KeyObject>;
}

function destroyed(): never {
  throw new KeysDestroyed();
}

function tenantKeysOver(tenantId: string, at: () => Unwrapped): TenantKeys {
  const keys: TenantKeys = {
    tenantId,
    seal: (cell, plain) => seal(at().dataKey, { ...cell, tenantId }, plain),
    open: (cell, sealed) => {
      const { byId } = at();
      return open((id) => byId.get(id), { ...cell, tenantId }, sealed);
    },
    sealText: (cell, plain) => keys.seal(cell, Buffer.from(plain)),
    openText: (cell, sealed) => keys.open(cell, sealed).toString('utf8'),
    sealJson: (cell, plain) => keys.sealText(cell, JSON.stringify(plain)),
    openJson: (cell, sealed) => JSON.parse(keys.openText(cell, sealed)) as unknown,
    isCurrent: (sealed) => keyIdOf(sealed) === at().dataKey.id,
    index: (kind, text) => createHmac('sha256', at().indexKey).update(`${kind}|${text}`).digest(),
  };
  return keys;
}
