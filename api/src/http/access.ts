/** From the text of a key, a live token or a person's token to a caller. */
import { timingSafeEqual } from 'node:crypto';
import { hashSecret, parseApiKey, parseLiveToken } from '@cfdi-live/db';
import type { Clock, Database, MembershipRow, Person, Principal } from '@cfdi-live/domain';
import { describeError } from './describe-error.ts';
import type { VerifyPerson } from './person.ts';
import { createRecent } from './recent.ts';

/** Who asks, before it is known for which tenant a person speaks. */
export type Caller = Exclude<Principal, { kind: 'member' }> | Person;

export interface Access {
  /** The caller behind an `Authorization` header, or null for every kind of wrong one. */
  authenticate(authorization: string | undefined): Promise<Caller | null>;
  /** The tenants that a person belongs to. */
  membershipsOf(person: Person): Promise<MembershipRow[]>;
  /** Whether a caller that was accepted before still is. `control`: whether a live token may still act, too. */
  stillStands(principal: Principal, needing?: 'control'): Promise<boolean>;
}

/**
 * How long an answer about a key, a token or a person may be old. A change is told at once; should that be lost, a request
 * is refused after this time, and an open stream after this and its own rhythm: 3 s, where 5 are promised.
 */
const REMEMBER_MS = 1_000;
/** How often one process notes that a key is in use. */
const TOUCH_EVERY_MS = 60_000;

export interface AccessDeps {
  database: Pick<Database, 'system' | 'onAccessChange'>;
  clock: Clock;
  verifyPerson: VerifyPerson;
  log: { warn(fields: object, message: string): void };
}

export function createAccess(deps: AccessDeps): Access {
  const { clock } = deps;
  const look = createLooks(deps);
  const touch = createTouch(deps);

  const isActive = (row: { expiresAt: Date | null; revokedAt: Date | null }): boolean =>
    row.revokedAt === null && (row.expiresAt === null || row.expiresAt > clock.now());

  const byApiKey = async (text: string): Promise<Caller | null> => {
    // The checksum is part of the parse: a mistyped or made-up key costs no look-up.
    const parsed = parseApiKey(text);
    if (parsed === null) return null;
    const row = await look.apiKey(parsed.keyId);
    if (row === null || row.mode !== parsed.mode || !isActive(row)) return null;
    if (!timingSafeEqual(hashSecret(parsed.secret), row.secretHash)) return null;
    touch(row.id);
    const { tenantId, mode, id, scopes } = row;
    return { kind: 'api_key', tenantId, mode, keyId: id, scopes };
  };

  const byLiveToken = async (text: string): Promise<Caller | null> => {
    const parsed = parseLiveToken(text);
    if (parsed === null) return null;
    const row = await look.liveToken(parsed.tokenId);
    if (row === null || !isActive(row)) return null;
    if (!timingSafeEqual(hashSecret(parsed.secret), row.secretHash)) return null;
    const { id: tokenId, tenantId, mode, taskId, origin, actor } = row;
    const access = row.taskEnded ? 'view' : row.access;
    return { kind: 'live_token', tenantId, mode, tokenId, taskId, access, origin, actor };
  };

  return {
    authenticate: async (authorization) => {
      const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (text === undefined) return null;
      if (text.startsWith('cl_')) return byApiKey(text);
      if (text.startsWith('clt_')) return byLiveToken(text);
      return deps.verifyPerson(text);
    },

    membershipsOf: ({ userId }) => look.memberships(userId),

    stillStands: async (principal, needing) => {
      switch (principal.kind) {
        case 'api_key': {
          const row = await look.apiKey(principal.keyId);
          return row !== null && isActive(row);
        }
        case 'live_token': {
          const row = await look.liveToken(principal.tokenId);
          if (row === null || !isActive(row)) return false;
          return needing === undefined || (row.access === 'control' && !row.taskEnded);
        }
        case 'member': {
          if (principal.expiresAt <= clock.now()) return false;
          const memberships = await look.memberships(principal.userId);
          return memberships.some(({ id, role }) => id === principal.tenantId && role === principal.role);
        }
      }
    },
  };
}

/** Look-ups that are remembered for a moment, and forgotten at once where something changed. */
function createLooks({ database }: AccessDeps) {
  const apiKeys = createRecent((id) => database.system.findApiKey(id), REMEMBER_MS);
  const liveTokens = createRecent((id) => database.system.findLiveToken(id), REMEMBER_MS);
  const people = createRecent((id) => database.system.findMemberships(id), REMEMBER_MS);
  let listening = false;
  // With the first question, not before: an app that nobody asks opens no connection.
  const listen = (): void => {
    if (listening) return;
    listening = true;
    database.onAccessChange((id) => {
      for (const kind of [apiKeys, liveTokens, people]) kind.forget(id);
    });
  };
  const listened = <Answer>(find: (id: string) => Promise<Answer>) => {
    return (id: string): Promise<Answer> => {
      listen();
      return find(id);
    };
  };
  return {
    apiKey: listened(apiKeys.find),
    liveToken: listened(liveTokens.find),
    memberships: listened(people.find),
  };
}

/** Notes the use of a key beside the request, at most once a minute. */
function createTouch({ database, log }: AccessDeps): (keyId: string) => void {
  const touched = createRecent(async (keyId) => {
    await database.system.touchApiKey(keyId).catch((error: unknown) => {
      log.warn({ error: describeError(error) }, 'the use of a key was not noted');
    });
  }, TOUCH_EVERY_MS);
  return (keyId) => void touched.find(keyId);
}
