import type { Session } from '../session/session.ts';

/** What a client needs to connect to a session. */
export const connectionOf = (session: Session, authority: string) => {
  const query = new URLSearchParams({ sessionId: session.record().id, signingKey: session.signingKey });
  return {
    connectUrl: `ws://${authority}/connect?${query.toString()}`,
    // In the SDK's types for every session; there is no Selenium behind it.
    seleniumRemoteUrl: `http://${authority}/webdriver`,
    signingKey: session.signingKey,
  };
};

/** A session with what connects to it, while there is something to connect to. */
export const presentSession = (session: Session, authority: string) =>
  session.browser() === undefined
    ? session.record()
    : { ...session.record(), ...connectionOf(session, authority) };
