/**
 * API keys: `cl_<mode>_<key id><_><secret><checksum>`. The checksum finds a typing error before anything is looked up;
 * the key id (the row's UUID) finds the row; of the secret only a hash is kept.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeId, encodeId, newUuid, type Mode } from '@cfdi-live/contract';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SECRET_BYTES = 20; // 160 bits, 32 letters
const CHECKSUM_LETTERS = 7;
const FORM =
  /^(?<body>cl_(?<mode>live|test)_(?<id>[0-9a-hjkmnp-tv-z]{26})_(?<secret>[0-9a-hjkmnp-tv-z]{32}))(?<sum>[0-9a-hjkmnp-tv-z]{7})$/;

export interface ParsedApiKey {
  mode: Mode;
  /** UUID of the key's row. */
  keyId: string;
  secret: string;
}

/** A new key with the id of its row. The key itself is shown once and kept nowhere. */
export function generateApiKey(input: { mode: Mode }): { key: string; keyId: string; secretHash: Buffer } {
  const keyId = newUuid();
  const secret = base32(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), (SECRET_BYTES * 8) / 5);
  const body = `cl_${input.mode}_${encodeId('apiKey', keyId).slice('key_'.length)}_${secret}`;
  return { key: `${body}${checksum(body)}`, keyId, secretHash: hashSecret(secret) };
}

/** The parts of a key, or null for anything that no `generateApiKey` made. Pure; says nothing about validity. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const { body, mode, id, secret, sum } = FORM.exec(text)?.groups ?? {};
  if (body === undefined || id === undefined || secret === undefined || sum !== checksum(body)) return null;
  const keyId = decodeId('apiKey', `key_${id}`);
  return keyId === null ? null : { mode: mode === 'live' ? 'live' : 'test', keyId, secret };
}

/** SHA-256 of a key's secret, to be compared in constant time. The secret is random: it needs no salt. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function checksum(body: string): string {
  return base32(BigInt(crc32(body)), CHECKSUM_LETTERS);
}

function base32(value: bigint, letters: number): string {
  let text = '';
  for (let rest = value; text.length < letters; rest >>= 5n)
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
  return text;
}
