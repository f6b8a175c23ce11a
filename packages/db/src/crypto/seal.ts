/**
 * Authenticated encryption of one value: AES-256-GCM, laid out as
 * version (1) ‖ length of key id (1) ‖ key id ‖ IV (12) ‖ tag (16) ‖ ciphertext.
 * The place of the value is authenticated with it, so a value that is moved to another row does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** A key with the id under which a ring or a tenant finds it again. */
export interface NamedKey {
  id: string;
  /** A key object where it is used often: plain bytes are made one each time. */
  bytes: Uint8Array | KeyObject;
}

/** Where a value stands. `rowId` is whatever names the row in its table. */
export interface Place {
  table: string;
  column: string;
  tenantId: string;
  rowId: string;
}

/** A sealed value that does not open: altered, moved, or sealed with a key that is not at hand. Holds no values. */
export class SealBroken extends Error {
  constructor(reason: string, place: Place) {
    super(`${place.table}.${place.column} does not open: ${reason}`);
    this.name = 'SealBroken';
  }
}

function authenticated(place: Place, keyId: string): Buffer {
  return Buffer.from([place.table, place.column, place.tenantId, place.rowId, keyId].join('|'));
}

/** Encrypts `plain` for one place. */
export function seal(key: NamedKey, place: Place, plain: Uint8Array): Buffer {
  const keyId = Buffer.from(key.id);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(place, key.id));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION, keyId.length]), keyId, iv, cipher.getAuthTag(), text]);
}

/** The id of the key that sealed a value; null for what `seal` did not make. Nothing is proven by it. */
export function keyIdOf(sealed: Uint8Array): string | null {
  const ivAt = 2 + (sealed[1] ?? 0);
  if (sealed[0] !== VERSION || sealed.length < ivAt + IV_BYTES + TAG_BYTES) return null;
  return Buffer.from(sealed.subarray(2, ivAt)).toString('utf8');
}

/** Opens what `seal` made for the same place. Throws `SealBroken`. */
export function open(
  keys: (id: string) => NamedKey['bytes'] | undefined,
  place: Place,
  sealed: Uint8Array,
): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== VERSION) throw new SealBroken('unknown layout', place);
  const ivAt = 2 + (bytes[1] ?? 0);
  const textAt = ivAt + IV_BYTES + TAG_BYTES;
  if (bytes.length < textAt) throw new SealBroken('too short', place);
  const keyId = bytes.toString('utf8', 2, ivAt);
  const key = keys(keyId);
  if (key === undefined) throw new SealBroken('its key is unknown', place);
  const iv = bytes.subarray(ivAt, ivAt + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticated(place, keyId));
  decipher.setAuthTag(bytes.subarray(ivAt + IV_BYTES, textAt));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]);
  } catch {
    throw new SealBroken('altered, or moved from another place', place);
  }
}
