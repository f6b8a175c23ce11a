/** Files behind links of strangers: fetched from where they may be, and from nowhere else. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchFile, type FetchFileRules } from '@cfdi-live/webhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';

let server: Server;
let port: number;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    asked.push(`${request.headers.host?.split(':')[0] ?? ''}${pathname}`);
    if (pathname === '/away')
      response.writeHead(302, { location: `http://elsewhere.example:${port}/f.xml` }).end();
    else if (pathname === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (pathname === '/inside')
      response.writeHead(302, { location: `http://127.0.0.1:${port}/f.xml` }).end();
    else if (pathname === '/once') response.writeHead(301, { location: '/f.xml' }).end();
    else if (pathname === '/none') response.writeHead(404).end();
    else if (pathname === '/endless') {
      response.writeHead(200);
      const writing = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.once('close', () => clearInterval(writing));
    } else if (pathname === '/silent') response.flushHeaders();
    else response.writeHead(200, { 'content-type': 'application/xml' }).end('<xml/>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const get = (path: string, rules: Partial<FetchFileRules> = {}, host = 'tienda.example') =>
  fetchFile(new URL(`http://${host}:${port}${path}`), {
    allowedPrivateHosts: [`tienda.example:${port}`],
    resolveHost: async () => ['127.0.0.1'],
    mayVisit: ({ hostname }) => hostname === 'tienda.example',
    maxBytes: 50_000,
    maxRedirects: 2,
    timeoutMs: 1_000,
    ...rules,
  });

it('a file is fetched, past a redirect on the same ground', async () => {
  for (const path of ['/f.xml', '/once']) {
    const fetched = await get(path);
    expect(fetched).toMatchObject({ kind: 'file', contentType: 'application/xml' });
    if (fetched.kind === 'file') expect(Buffer.from(fetched.bytes).toString()).toBe('<xml/>');
  }
});

it.each([
  ['/away', 'not_allowed'],
  ['/inside', 'not_allowed'],
  ['/round', 'redirects'],
  ['/none', 'status'],
  ['/endless', 'too_large'],
  ['/silent', 'network'],
])('%s is refused: %s', async (path, reason) => {
  expect(await get(path)).toEqual({ kind: 'refused', reason });
});

it('a name that leads inside is not connected to, whoever vouches for it, nor is an address', async () => {
  asked.length = 0;
  expect(await get('/f.xml', { allowedPrivateHosts: [] })).toEqual({ kind: 'refused', reason: 'network' });
  const anywhere = { allowedPrivateHosts: [], mayVisit: () => true };
  expect(await get('/f.xml', anywhere, '127.0.0.1')).toEqual({ kind: 'refused', reason: 'network' });
  expect(await get('/f.xml', { mayVisit: () => true }, 'user:pass@tienda.example')).toEqual({
    kind: 'refused',
    reason: 'not_allowed',
  });
  expect(asked).toEqual([]);
});
