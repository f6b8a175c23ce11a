import { readFileSync } from 'node:fs';
import type { Reply } from './http/reply.ts';

/**
 * Allows nothing but the page's own parts and a socket to this server, whatever address it is told to show;
 * any site may frame it, as it is made for that.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const FILES = {
  '/devtools/inspector.html': ['live.html', 'text/html; charset=utf-8'],
  '/devtools-fullscreen/inspector.html': ['live.html', 'text/html; charset=utf-8'],
  '/devtools/live.js': ['live.js', 'text/javascript; charset=utf-8'],
  '/devtools/dialog.js': ['dialog.js', 'text/javascript; charset=utf-8'],
  '/devtools/tabs.js': ['tabs.js', 'text/javascript; charset=utf-8'],
  '/devtools/live.css': ['live.css', 'text/css; charset=utf-8'],
} as const;

const isFile = (pathname: string): pathname is keyof typeof FILES => Object.hasOwn(FILES, pathname);

/** The live page and its parts, from `assets/`, which lies beside both `src/` and `dist/`. */
export const livePageFile = (pathname: string): Reply | undefined => {
  if (!isFile(pathname)) return undefined;
  const [file, contentType] = FILES[pathname];
  return {
    kind: 'bytes',
    status: 200,
    bytes: readFileSync(new URL(`../assets/${file}`, import.meta.url)),
    headers: {
      'content-type': contentType,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  };
};
