import { type IncomingHttpHeaders, request } from 'node:http';
import type { Gallery, PortalId } from '@cfdi-live/portal-gallery';

export type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
};

/** A browser's network half: keeps cookies, follows redirects. Rejects when the connection breaks. */
export type Visitor = {
  get(path: string): Promise<Reply>;
  postForm(path: string, fields: Readonly<Record<string, string>>): Promise<Reply>;
  postJson(path: string, body: unknown): Promise<Reply>;
  /** Reads the picture of letters that the portal drew last. */
  readPicture(): string;
};

type Outgoing = { readonly method: string; readonly contentType?: string; readonly payload?: string };

/** A visitor of one portal. `*.localhost` needs no resolver here: the name goes into the Host header. */
export function createVisitor(gallery: Gallery, portal: PortalId): Visitor {
  const cookies = new Map<string, string>();

  /** `path` may be an address of another host of the portal. */
  const send = async (address: string, outgoing: Outgoing): Promise<Reply> => {
    const url = new URL(address, `http://${portal}.localhost:${gallery.port}/`);
    const path = url.pathname + url.search;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      host: url.host,
      ...(cookie === '' ? {} : { cookie }),
      ...(outgoing.contentType === undefined ? {} : { 'content-type': outgoing.contentType }),
    };
    const reply = await exchange(
      { port: gallery.port, path, method: outgoing.method, headers },
      outgoing.payload,
    );
    for (const set of reply.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const { location } = reply.headers;
    return location === undefined ? reply : send(new URL(location, url).href, { method: 'GET' });
  };

  return {
    get: (path) => send(path, { method: 'GET' }),
    postForm: (path, fields) =>
      send(path, {
        method: 'POST',
        contentType: 'application/x-www-form-urlencoded',
        payload: new URLSearchParams(fields).toString(),
      }),
    readPicture: () => gallery.captcha(portal) ?? '',
    postJson: (path, body) =>
      send(path, { method: 'POST', contentType: 'application/json', payload: JSON.stringify(body) }),
  };
}

async function exchange(
  options: { port: number; path: string; method: string; headers: Record<string, string> },
  payload: string | undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, host: '127.0.0.1' }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        const { statusCode = 0, headers } = incoming;
        resolve({ status: statusCode, headers, body, text: body.toString('utf8') });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
