import { encodeId, type Credential } from '@cfdi-live/contract';
import type { CredentialRow } from '@cfdi-live/domain';
import { timestamp, timestampOrNull } from './common.ts';

/** A credential on the wire: that there are secrets, and no secret. */
export function presentCredential(row: CredentialRow): Credential {
  return {
    id: encodeId('credential', row.id),
    profileId: encodeId('profile', row.profileId),
    vendorDomain: row.vendorDomain,
    usernameHint: usernameHint(row.username),
    hasPassword: row.hasPassword,
    hasTotp: row.hasTotp,
    additionalFieldNames: row.additionalFieldNames,
    mode: row.mode,
    lastUsedAt: timestampOrNull(row.lastUsedAt),
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
  };
}

/** `xochilt@despacho.example` → `x…t@d…`: enough for whoever knows it, too little for anybody else. */
export function usernameHint(username: string): string {
  const at = username.lastIndexOf('@');
  const [name, domain] = at > 0 ? [username.slice(0, at), username.slice(at + 1)] : [username, ''];
  const letters = Array.from(name);
  const hint = `${letters[0] ?? ''}…${letters.length >= 6 ? (letters.at(-1) ?? '') : ''}`;
  const [first = ''] = domain;
  return first === '' ? hint : `${hint}@${first}…`;
}
