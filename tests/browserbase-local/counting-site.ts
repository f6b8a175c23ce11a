import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './support.ts';

/** A web site that remembers what reached it, WebSocket knocks too. Favicons are left out. */
export const startCountingSite = async (pages: Readonly<Record<string, Answer>>) => {
  const received: { method: string; url: string }[] = [];
  const note = (method = '', url = ''): void => {
    if (url !== '/favicon.ico') received.push({ method, url });
  };
  const server = createServer((request, response) => {
    note(request.method, request.url);
    request.resume();
    const page = pages[request.url?.split('?')[0] ?? ''];
    response.writeHead(page === undefined ? 404 : 200, page?.headers);
    response.end(page?.body);
  });
  server.on('upgrade', (request, socket) => {
    note('UPGRADE', request.url);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, received, stop };
};
