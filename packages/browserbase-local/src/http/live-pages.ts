import { type Reply, failure, json } from './reply.ts';
import type { RouteDeps } from './route.ts';

/** `GET /debug/{id}/pages?token=`: the tabs that a live view can turn to, oldest first; the token is the view's own. */
export const answerLivePages = async (
  url: URL,
  { sessions, liveTokens, clock }: RouteDeps,
): Promise<Reply | undefined> => {
  const [, id] = /^\/debug\/([^/]+)\/pages$/.exec(url.pathname) ?? [];
  if (id === undefined) return undefined;
  const session = sessions.get(id);
  if (session === undefined) return failure(404);
  if (!liveTokens.accepts(url.searchParams.get('token') ?? '', id, clock.now())) return failure(401);
  const browser = session.browser();
  // It may end while it is asked.
  const pages = await browser?.keeper.pages().catch(() => undefined);
  return pages === undefined ? failure(410, 'Session is not running') : json(200, { pages: pages.reverse() });
};
