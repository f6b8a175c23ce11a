import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are the same, in a time that tells nothing about either. */
export const sameSecret = (given: string, secret: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
};

/** Rights to look at, and act in, one session's pages through the live page; they open nothing else. */
export type LiveTokens = {
  /** @param expiresAt milliseconds since the Unix epoch */
  readonly issue: (sessionId: string, expiresAt: number) => string;
  readonly accepts: (token: string, sessionId: string, now: number) => boolean;
};

/** Tokens signed with a key that lives as long as this server does. */
export const createLiveTokens = (): LiveTokens => {
  const key = randomBytes(32);
  const issue = (sessionId: string, expiresAt: number): string => {
    const signature = createHmac('sha256', key).update(`${sessionId} ${expiresAt}`).digest('base64url');
    return `${expiresAt}.${signature}`;
  };
  return {
    issue,
    accepts: (token, sessionId, now) => {
      const expiresAt = Number(token.split('.', 1)[0]);
      return (
        Number.isSafeInteger(expiresAt) && expiresAt > now && sameSecret(token, issue(sessionId, expiresAt))
      );
    },
  };
};
