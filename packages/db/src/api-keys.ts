/** API keys: `cl_<mode>_<key id>_<secret><checksum>`. */
import { newUuid, type Mode } from '@cfdi-live/contract';
import { readBearerText, writeBearerText } from './bearer-text.ts';

export interface ParsedApiKey {
  mode: Mode;
  /** UUID of the key's row. */
  keyId: string;
  secret: string;
}

/** A new key with the id of its row. The key itself is shown once and kept nowhere. */
export function generateApiKey(input: { mode: Mode }): { key: string; keyId: string; secretHash: Buffer } {
  const keyId = newUuid();
  const { text, secretHash } = writeBearerText(`cl_${input.mode}`, 'apiKey', keyId);
  return { key: text, keyId, secretHash };
}

/** The parts of a key, or null for anything that no `generateApiKey` made. Pure; says nothing about validity. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const mode = text.startsWith('cl_live_') ? 'live' : 'test';
  const read = readBearerText(`cl_${mode}`, 'apiKey', text);
  return read === null ? null : { mode, keyId: read.id, secret: read.secret };
}
