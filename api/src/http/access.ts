/** From the text of a key to a principal. */
import { timingSafeEqual } from 'node:crypto';
import { hashSecret, parseApiKey } from '@cfdi-live/db';
import type { ApiKeyRow, Clock, Principal, SystemStore } from '@cfdi-live/domain';

export interface Access {
  /** The caller behind an `Authorization` header, or null for every kind of wrong one. */
  authenticate(authorization: string | undefined): Promise<Principal | null>;
  /** Whether a key that was accepted before still stands. Calls within a second share one look-up. */
  stillStands(principal: Principal): Promise<boolean>;
}

/** Open streams of one key ask together; with a check every 2 s a revoked key stops within 3 s. */
const SHARED_FOR_MS = 1_000;

export function createAccess(deps: { system: SystemStore; clock: Clock }): Access {
  const recent = new Map<string, { at: number; row: Promise<ApiKeyRow | null> }>();

  const isActive = (row: ApiKeyRow): boolean =>
    row.revokedAt === null && (row.expiresAt === null || row.expiresAt > deps.clock.now());

  const findShared = (keyId: string): Promise<ApiKeyRow | null> => {
    const now = performance.now();
    for (const [id, { at }] of recent) {
      if (now - at <= SHARED_FOR_MS) break;
      recent.delete(id); // insertion order is age
    }
    const known = recent.get(keyId);
    if (known !== undefined) return known.row;
    const row = deps.system.findApiKey(keyId);
    recent.set(keyId, { at: now, row });
    return row;
  };

  return {
    authenticate: async (authorization) => {
      const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      // The checksum is part of the parse: a mistyped or made-up key costs no look-up.
      const parsed = text === undefined ? null : parseApiKey(text);
      if (parsed === null) return null;
      const row = await deps.system.findApiKey(parsed.keyId);
      if (row === null || row.mode !== parsed.mode || !isActive(row)) return null;
      if (!timingSafeEqual(hashSecret(parsed.secret), row.secretHash)) return null;
      const { tenantId, mode, id, scopes } = row;
      return { kind: 'api_key', tenantId, mode, keyId: id, scopes };
    },

    stillStands: async (principal) => {
      if (principal.kind !== 'api_key') return false;
      const row = await findShared(principal.keyId);
      return row !== null && isActive(row);
    },
  };
}
