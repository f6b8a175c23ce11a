import type { IncomingMessage } from 'node:http';

/** What a request asks for; undefined when its target is no address at all (`//`, `http://[`). */
export const requestUrl = ({ url = '/' }: IncomingMessage): URL | undefined => {
  const base = 'http://localhost';
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
};
