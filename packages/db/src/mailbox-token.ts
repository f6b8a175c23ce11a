/** The secret part of a task's mail address: derived from a key of its tenant, stored as a hash. */
import { createHash } from 'node:crypto';
import type { TenantKeys } from './crypto/tenant-keys.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 120 bits, and no letter left over in base 32. */
const BYTES = 15;

/** 24 letters and digits, the same for a task each time: mail systems do not keep the case of an address. */
export function mailboxToken(keys: TenantKeys, taskId: string): string {
  let bits = BigInt(`0x${keys.index('mailbox', taskId).subarray(0, BYTES).toString('hex')}`);
  let text = '';
  for (let at = 0; at < (BYTES * 8) / 5; at++) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}

/** As it is stored. The token is as good as random, so its hash needs no key, and is found without knowing the tenant. */
export function hashMailboxToken(token: string): Buffer {
  return createHash('sha256').update(`mailbox|${token}`).digest();
}
