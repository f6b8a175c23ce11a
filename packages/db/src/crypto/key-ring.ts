/** Key-encryption keys: they come from the environment, and wrap the tenants' own keys. */
import { KEY_BYTES, open, seal, type Place } from './seal.ts';

/** Wraps with its current key; unwraps what any of its keys wrapped. */
export interface KeyRing {
  currentId: string;
  wrap(place: Place, key: Uint8Array): Buffer;
  /** Throws `SealBroken`. */
  unwrap(place: Place, wrapped: Uint8Array): Buffer;
}

/** The environment's keys are not usable. The message names the entry by its place, never its value. */
export class InvalidKeyRing extends Error {
  constructor(problem: string) {
    super(`ENCRYPTION_KEYS: ${problem}`);
    this.name = 'InvalidKeyRing';
  }
}

const ENTRY = /^(?<id>[A-Za-z0-9_-]{1,40}):(?<key>[A-Za-z0-9+/_-]{43}=?)$/;

/**
 * Reads `id:key[,id:key…]`: keys are 32 bytes in base64 (or base64url). The first one wraps from now on, the others
 * still unwrap. Throws `InvalidKeyRing`.
 */
export function createKeyRing(text: string): KeyRing {
  const keys = new Map<string, Uint8Array>();
  const entries = text.split(',').map((entry) => entry.trim());
  for (const [index, entry] of entries.entries()) {
    const { id, key } = ENTRY.exec(entry)?.groups ?? {};
    if (id === undefined || key === undefined) {
      throw new InvalidKeyRing(`entry ${index + 1} is not "id:key" with a key of 32 bytes in base64`);
    }
    if (keys.has(id)) throw new InvalidKeyRing(`entry ${index + 1} repeats the id of an earlier one`);
    keys.set(id, Buffer.from(key, 'base64'));
  }
  const [current] = keys;
  if (current === undefined) throw new InvalidKeyRing('no entry');
  const [currentId, currentKey] = current;
  if ([...keys.values()].some((key) => key.length !== KEY_BYTES))
    throw new InvalidKeyRing('a key is not 32 bytes');
  return {
    currentId,
    wrap: (place, key) => seal({ id: currentId, bytes: currentKey }, place, key),
    unwrap: (place, wrapped) => open((id) => keys.get(id), place, wrapped),
  };
}
