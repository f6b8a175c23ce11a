/**
 * Public ids: `<prefix>_<26 characters>`, a UUIDv7 in Crockford base 32 (the TypeID encoding), so they sort by
 * creation time and a double click selects them whole. The database holds the bare UUID.
 */
import { z } from 'zod';

/** Every kind of id on the wire with its prefix. */
export const ID_PREFIXES = {
  tenant: 'ten',
  task: 'task',
  profile: 'prof',
  credential: 'cred',
  event: 'evt',
  webhookEndpoint: 'whe',
  delivery: 'whd',
  apiKey: 'key',
  member: 'mem',
  liveToken: 'lvt',
  artifact: 'art',
  step: 'step',
  run: 'run',
  session: 'ses',
  vendor: 'ven',
  upload: 'upl',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `encodeId('task', uuid)` → `task_01h…`. Throws a RangeError on anything that is not a lower-case UUID. */
export function encodeId(kind: IdKind, uuid: string): string {
  if (!UUID.test(uuid)) throw new RangeError('not a lower-case UUID');
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return `${ID_PREFIXES[kind]}_${text}`;
}

/** The UUID inside an id of that kind, or null when it is not one (wrong prefix, length, letter or overflow). */
export function decodeId(kind: IdKind, id: string): string | null {
  const prefix = `${ID_PREFIXES[kind]}_`;
  if (!id.startsWith(prefix)) return null;
  const text = id.slice(prefix.length);
  // 26 letters hold 130 bits: the first may only be 0–7.
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return null;
  let value = 0n;
  for (const letter of text) value = (value << 5n) | BigInt(ALPHABET.indexOf(letter));
  const hex = value.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A zod schema of one kind of id, as it stands on the wire. */
export function idSchema(kind: IdKind) {
  const prefix = ID_PREFIXES[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description: `Id of a ${kind}.`, examples: [`${prefix}_01kaf3v6n0e8sb9c1m5r7t2wxy`] });
}

let lastMs = 0;
let counter = 0;

/** A new UUIDv7 (RFC 9562), ascending even inside one millisecond of this process. `nowMs` is the Unix time. */
export function newUuid(nowMs: number = Date.now()): string {
  // From the runtime's own store of random bits: asking the system for each id would cost more than all the rest.
  const random = crypto.randomUUID();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = Number.parseInt(random.slice(0, 3), 16) & 0x7ff;
  } else counter += 1;
  // A counter that overflows its 12 bits borrows the next millisecond: order matters more than the exact time.
  if (counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const inside = counter.toString(16).padStart(3, '0');
  // The variant and the 62 random bits stand where the random UUID has them.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${inside}-${random.slice(19)}`;
}
