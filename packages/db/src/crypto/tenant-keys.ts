/** A tenant's own keys: one encrypts its values, one makes keyed hashes of what must be found again. */
import { createHmac, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import { KEY_BYTES, open, seal, SealBroken, type Place } from './seal.ts';

/** Which column of which row; the tenant is the keys' own. */
export type Cell = Omit<Place, 'tenantId'>;

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
  /** Keyed hash (HMAC-SHA256) of a canonical text. `kind` keeps equal texts of different kinds apart. */
  index(kind: 'rfc' | 'ticket', text: string): Buffer;
}

export interface WrappedKey {
  purpose: 'data' | 'index';
  version: number;
  wrapped_key: Uint8Array;
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

/** Unwraps a tenant's keys. The newest of a purpose is used from now on, older ones still open. */
export function unwrapTenantKeys(ring: KeyRing, tenantId: string, rows: readonly WrappedKey[]): TenantKeys {
  const unwrapped = rows
    .toSorted((a, b) => b.version - a.version)
    .map((row) => ({
      purpose: row.purpose,
      id: String(row.version),
      bytes: ring.unwrap(placeOf(tenantId, row), row.wrapped_key),
    }));
  const dataKeys = unwrapped.filter((key) => key.purpose === 'data');
  const dataKey = dataKeys[0];
  const indexKey = unwrapped.find((key) => key.purpose === 'index');
  if (dataKey === undefined || indexKey === undefined) {
    throw new SealBroken('the tenant has no keys', placeOf(tenantId, { purpose: 'data', version: 1 }));
  }
  const byId = new Map(dataKeys.map((key) => [key.id, key.bytes]));
  const keys: TenantKeys = {
    tenantId,
    seal: (cell, plain) => seal(dataKey, { ...cell, tenantId }, plain),
    open: (cell, sealed) => open((id) => byId.get(id), { ...cell, tenantId }, sealed),
    sealText: (cell, plain) => keys.seal(cell, Buffer.from(plain)),
    openText: (cell, sealed) => keys.open(cell, sealed).toString('utf8'),
    sealJson: (cell, plain) => keys.sealText(cell, JSON.stringify(plain)),
    openJson: (cell, sealed) => JSON.parse(keys.openText(cell, sealed)) as unknown,
    index: (kind, text) => createHmac('sha256', indexKey.bytes).update(`${kind}|${text}`).digest(),
  };
  return keys;
}
