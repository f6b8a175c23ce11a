import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createKeyRing, InvalidKeyRing } from './key-ring.ts';
import { SealBroken } from './seal.ts';
import { newWrappedKeys, unwrapTenantKeys, KeysDestroyed, type Cell } from './tenant-keys.ts';

const KEY = randomBytes(32).toString('base64');
const ring = createKeyRing(`k1:${KEY}`);
const cell: Cell = { table: 'user_profiles', column: 'rfc', rowId: 'row-1' };

function tenant(id = 'tenant-1') {
  const wrapped = newWrappedKeys(ring, id);
  return { wrapped, keys: unwrapTenantKeys(ring, id, wrapped) };
}

describe('a sealed value', () => {
  test('opens at its own place, whatever it holds', () => {
    const { keys } = tenant();
    for (const text of ['', 'ÑOÑO & CÍA', '\0', 'x'.repeat(100_000)]) {
      expect(keys.openText(cell, keys.sealText(cell, text))).toBe(text);
    }
    expect(keys.openJson(cell, keys.sealJson(cell, { a: [1, null] }))).toEqual({ a: [1, null] });
  });

  test('is another every time', () => {
    const { keys } = tenant();
    expect(keys.sealText(cell, 'same')).not.toEqual(keys.sealText(cell, 'same'));
  });

  test.each<[string, Cell]>([
    ['row', { ...cell, rowId: 'row-2' }],
    ['column', { ...cell, column: 'email' }],
    ['table', { table: 'artifacts', column: 'file_name', rowId: cell.rowId }],
  ])('does not open in another %s', (_what, elsewhere) => {
    const { keys } = tenant();
    expect(() => keys.open(elsewhere, keys.sealText(cell, 'x'))).toThrow(SealBroken);
  });

  test('does not open with any byte changed, or cut short', () => {
    const { keys } = tenant();
    const sealed = keys.sealText(cell, 'CACX7605101P8');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => keys.open(cell, changed), `byte ${at}`).toThrow(SealBroken);
      expect(() => keys.open(cell, sealed.subarray(0, at)), `cut at ${at}`).toThrow(SealBroken);
    }
  });

  test('opens while its key is kept, and a new version of the key writes', () => {
    const { wrapped, keys } = tenant();
    const old = keys.sealText(cell, 'x');
    const newer = newWrappedKeys(ring, 'tenant-1');
    // A second version is wrapped for its own place.
    const second = ring.wrap(
      { table: 'tenant_keys', column: 'wrapped_key', tenantId: 'tenant-1', rowId: 'data-2' },
      randomBytes(32),
    );
    const rotated = unwrapTenantKeys(ring, 'tenant-1', [
      ...wrapped,
      { purpose: 'data', version: 2, wrapped_key: second },
    ]);
    expect(rotated.openText(cell, old)).toBe('x');
    expect(() => keys.open(cell, rotated.sealText(cell, 'y'))).toThrow('its key is unknown');
    expect(() => unwrapTenantKeys(ring, 'tenant-1', newer).open(cell, old)).toThrow(SealBroken);
  });
});

describe('a keyed hash', () => {
  test('is the same for the same text, and differs by kind and tenant', () => {
    const { keys } = tenant();
    expect(keys.index('rfc', 'a')).toEqual(keys.index('rfc', 'a'));
    expect(keys.index('rfc', 'a')).not.toEqual(keys.index('ticket', 'a'));
    expect(keys.index('rfc', 'a')).not.toEqual(tenant('tenant-2').keys.index('rfc', 'a'));
  });
});

describe('the key ring', () => {
  test('wraps with its first key and unwraps with any', () => {
    const next = createKeyRing(`k2:${randomBytes(32).toString('base64url')}, k1:${KEY}`);
    const { wrapped } = tenant();
    expect(next.currentId).toBe('k2');
    expect(() => unwrapTenantKeys(next, 'tenant-1', wrapped)).not.toThrow();
    expect(() => unwrapTenantKeys(ring, 'tenant-1', newWrappedKeys(next, 'tenant-1'))).toThrow(
      'its key is unknown',
    );
  });

  test('does not give one tenant’s wrapped key to another', () => {
    expect(() => unwrapTenantKeys(ring, 'tenant-2', tenant().wrapped)).toThrow(SealBroken);
  });

  test.each([
    ['', 'entry 1'],
    ['k1', 'entry 1'],
    [`k1:${KEY},`, 'entry 2'],
    [`k1:${KEY},k1:${KEY}`, 'entry 2 repeats'],
    [`k1:${randomBytes(16).toString('base64')}`, 'entry 1'],
    [`k|1:${KEY}`, 'entry 1'],
    ['k1:' + '!'.repeat(43), 'entry 1'],
  ])('refuses %j and says which entry, without its value', (text, problem) => {
    let caught: unknown;
    try {
      createKeyRing(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InvalidKeyRing);
    expect(String(caught)).toContain(problem);
    expect(String(caught)).not.toContain(KEY);
  });
});

describe('destroyed keys', () => {
  test('are nothing until they are used, and then say so', () => {
    const keys = unwrapTenantKeys(ring, 'tenant-1', []);
    const { keys: before } = tenant();
    for (const use of [
      () => keys.sealText(cell, 'x'),
      () => keys.openText(cell, before.sealText(cell, 'x')),
      () => keys.index('rfc', 'x'),
    ]) {
      expect(use).toThrow(KeysDestroyed);
    }
  });
});
