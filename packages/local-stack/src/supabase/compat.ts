import { jwtVerify, SignJWT } from 'jose';

type Fetch = (request: Request) => Promise<Response>;

/**
 * Makes Lite answer as hosted Supabase does where the unmodified `@supabase/supabase-js`, or whoever reads its
 * tokens, can tell. Everything but Auth and Storage does not exist here.
 */
export function likeHosted(lite: Fetch, options: { jwtSecret: string }): Fetch {
  const secret = new TextEncoder().encode(options.jwtSecret);
  return async (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname.startsWith('/storage/v1/')) return lite(await withNamedFile(request));
    if (!pathname.startsWith('/auth/v1/')) return Response.json({ message: 'Not found' }, { status: 404 });
    const response = await lite(request);
    const issuesTokens = /^\/auth\/v1\/(token|signup|verify)$/.test(pathname) && response.ok;
    return issuesTokens ? withFullClaims(response, secret, `${origin}/auth/v1`) : response;
  };
}

/** supabase-js uploads a Blob as a form part without a name; Lite looks for one called "file". */
async function withNamedFile(request: Request): Promise<Request> {
  if (request.headers.get('content-type')?.startsWith('multipart/form-data') !== true) return request;
  const form = await request.formData();
  const file = form.get('');
  if (file !== null) {
    form.delete('');
    form.set('file', file);
  }
  const headers = new Headers(request.headers);
  headers.delete('content-type'); // the new form has a boundary of its own
  headers.delete('content-length');
  return new Request(request.url, { method: request.method, headers, body: form });
}

interface Session {
  access_token?: string;
  user?: { app_metadata?: unknown; user_metadata?: unknown };
}

/** Lite's tokens say who, but not what hosted ones say besides: issuer, metadata and assurance level. */
async function withFullClaims(response: Response, secret: Uint8Array, issuer: string): Promise<Response> {
  const session = (await response.json()) as Session;
  if (session.access_token === undefined) return Response.json(session, { status: response.status });
  const { payload } = await jwtVerify(session.access_token, secret, { algorithms: ['HS256'] });
  const token = new SignJWT({
    ...payload,
    iss: issuer,
    app_metadata: session.user?.app_metadata ?? {},
    user_metadata: session.user?.user_metadata ?? {},
    aal: 'aal1',
    is_anonymous: false,
  });
  const access_token = await token.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secret);
  return Response.json({ ...session, access_token }, { status: response.status });
}
