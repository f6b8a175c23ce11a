import { failure, json } from '../reply.ts';
import type { Route } from '../route.ts';

const MAX_TTL_SECONDS = 21_600;

/** `GET /v1/sessions/{id}/debug?expiresIn=`: addresses of a live page for each tab; no key is needed to open them. */
export const debugSessionRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '/debug',
  handle: async ({ authority, query }, session, { liveTokens, clock }) => {
    const expiresIn = query.has('expiresIn') ? Number(query.get('expiresIn')) : MAX_TTL_SECONDS;
    if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_TTL_SECONDS) {
      return failure(400, `querystring/expiresIn must be between 1 and ${MAX_TTL_SECONDS}`);
    }
    const browser = session.browser();
    if (browser === undefined) return failure(410, 'Session is not running');
    const { id, expiresAt } = session.record();
    const token = liveTokens.issue(id, Math.min(clock.now() + expiresIn * 1000, Date.parse(expiresAt)));
    const pages = (await browser.keeper.pages()).map((page) => {
      const socket = `/debug/${id}/devtools/page/${page.id}?token=${token}`;
      const query = new URLSearchParams({ ws: socket }).toString();
      return {
        ...page,
        faviconUrl: '',
        debuggerUrl: `http://${authority}/devtools/inspector.html?${query}`,
        debuggerFullscreenUrl: `http://${authority}/devtools-fullscreen/inspector.html?${query}`,
        wsUrl: `ws://${authority}${socket}`,
      };
    });
    const [first] = pages;
    return json(200, {
      debuggerUrl: first?.debuggerUrl ?? '',
      debuggerFullscreenUrl: first?.debuggerFullscreenUrl ?? '',
      wsUrl: first?.wsUrl ?? '',
      pages: pages.map(({ wsUrl: _wsUrl, ...page }) => page),
    });
  },
};
