/** What a person's browser may ask for: the start page, the reference, the document behind it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { ApiEnv } from '../deps.ts';
import type { OpenApiDocument } from '../openapi.ts';

const START_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

// Everything the reference may load or call is ours: not even a font comes from elsewhere.
const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ');

const REFERENCE_SETTINGS = {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
};

export function registerPages(app: Hono<ApiEnv>, document: OpenApiDocument): void {
  const documentText = JSON.stringify(document);
  app.get('/', (c) => c.html(startPage(), 200, { 'content-security-policy': START_POLICY }));
  app.get('/openapi.json', (c) => c.body(documentText, 200, { 'content-type': 'application/json' }));
  app.get('/reference', (c) => c.html(referencePage(), 200, { 'content-security-policy': REFERENCE_POLICY }));
  app.get('/reference/start.js', (c) =>
    c.body(`Scalar.createApiReference('#app', ${JSON.stringify(REFERENCE_SETTINGS)});\n`, 200, {
      'content-type': 'text/javascript; charset=utf-8',
    }),
  );
  app.get('/reference/scalar.js', async (c) => {
    const file = scalarBundle();
    const { size } = await stat(file);
    return c.body(Readable.toWeb(createReadStream(file)) as ReadableStream, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': String(size),
      'cache-control': 'public, max-age=3600',
    });
  });
}

/** The bundle for browsers that comes with the package; its `exports` do not name it. */
function scalarBundle(): string {
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference');
  return path.join(path.dirname(entry), 'browser', 'standalone.js');
}

function referencePage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>cfdi-live API reference</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <div id="app"></div>
        <script src="/reference/scalar.js"></script>
        <script src="/reference/start.js"></script>
      </body>
    </html>`;
}

function startPage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>cfdi-live</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <style>
          body {
            max-width: 40rem;
            margin: 4rem auto;
            padding: 0 1.5rem;
            font:
              1rem/1.6 system-ui,
              sans-serif;
            color: #1c2430;
          }
          a {
            color: #0b5cad;
          }
          @media (prefers-color-scheme: dark) {
            body {
              background: #12161c;
              color: #dfe5ec;
            }
            a {
              color: #7db7f0;
            }
          }
        </style>
      </head>
      <body>
        <h1>cfdi-live</h1>
        <p>Give it a purchase ticket, get back a proven CFDI 4.0 invoice, never two.</p>
        <ul>
          <li><a href="/reference">API reference</a>, where requests can be tried with a key</li>
          <li><a href="/openapi.json">OpenAPI document</a></li>
          <li><a href="/health/ready">Health</a></li>
        </ul>
      </body>
    </html>`;
}
