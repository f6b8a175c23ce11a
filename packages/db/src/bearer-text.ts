/**
 * The text of a bearer secret: `<prefix>_<id of its row>_<random part><checksum>`. The checksum finds a typing error before
 * anything is looked up; the id finds the row; of the random part only a hash is kept.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeId, encodeId, ID_PREFIXES, type IdKind } from '@cfdi-live/contract';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SECRET_BYTES = 20; // 160 bits, 32 letters
const CHECKSUM_LETTERS = 7;
const LETTER = '[0-9a-hjkmnp-tv-z]';
const FORM = new RegExp(`^(${LETTER}{26})_(${LETTER}{32})(${LETTER}{${CHECKSUM_LETTERS}})$`);

export interface NewBearerText {
  text: string;
  secretHash: Buffer;
}

export interface ReadBearerText {
  /** UUID of the row. */
  id: string;
  secret: string;
}

/** `prefix` tells the kind, `idKind` how the row's id is written. */
export function writeBearerText(prefix: string, idKind: IdKind, id: string): NewBearerText {
  const secret = base32(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), (SECRET_BYTES * 8) / 5);
  const body = `${prefix}_${lettersOf(encodeId(idKind, id))}_${secret}`;
  return { text: `${body}${checksum(body)}`, secretHash: hashSecret(secret) };
}

/** The parts of a text with this prefix, or null for anything that was not written above. Says nothing about validity. */
export function readBearerText(prefix: string, idKind: IdKind, text: string): ReadBearerText | null {
  if (!text.startsWith(`${prefix}_`)) return null;
  const parts = FORM.exec(text.slice(prefix.length + 1));
  const [, letters = '', secret = '', sum = ''] = parts ?? [];
  if (parts === null || sum !== checksum(text.slice(0, -CHECKSUM_LETTERS))) return null;
  const id = decodeId(idKind, `${ID_PREFIXES[idKind]}_${letters}`);
  return id === null ? null : { id, secret };
}

/** SHA-256 of a random part, to be compared in constant time. It is random: it needs no salt. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function lettersOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
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
