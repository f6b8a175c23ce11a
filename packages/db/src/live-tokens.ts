/** Live tokens: `clt_<token id>_<secret><checksum>`. */
import { newUuid } from '@cfdi-live/contract';
import { readBearerText, writeBearerText } from './bearer-text.ts';

const PREFIX = 'clt';

/** A new token with the id of its row. The token itself is shown once and kept nowhere. */
export function generateLiveToken(): { token: string; tokenId: string; secretHash: Buffer } {
  const tokenId = newUuid();
  const { text, secretHash } = writeBearerText(PREFIX, 'liveToken', tokenId);
  return { token: text, tokenId, secretHash };
}

/** The parts of a token, or null for anything that no `generateLiveToken` made. Pure; says nothing about validity. */
export function parseLiveToken(text: string): { tokenId: string; secret: string } | null {
  const read = readBearerText(PREFIX, 'liveToken', text);
  return read === null ? null : { tokenId: read.id, secret: read.secret };
}
