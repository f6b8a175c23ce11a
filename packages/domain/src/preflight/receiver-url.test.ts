import { expect, it } from 'vitest';
import { checkReceiverUrl } from './receiver-url.ts';

async function codeOf(url: string, allowedPrivateHosts: string[] = []): Promise<string> {
  const rules = { allowedPrivateHosts, resolveHost: async () => ['201.131.4.5'] };
  const checked = await checkReceiverUrl(url, 'url', rules);
  return checked.ok ? 'ok' : checked.error.code;
}

it.each([
  'https://example.com/',
  'http://example.com/',
  'https://example.com:8443/',
  'http://example.com:1024/',
])('lets %s pass', async (url) => expect(await codeOf(url)).toBe('ok'));

it.each([
  'http://example.com:25/',
  'https://example.com:22/',
  'http://example.com:1023/',
  'http://example.com:0/',
])('refuses %s, where no web server lives', async (url) =>
  expect(await codeOf(url)).toBe('port_not_allowed'),
);

it('lets the operator list any port', async () => {
  expect(await codeOf('http://127.0.0.1:81/', ['127.0.0.1:81'])).toBe('ok');
});

it('still refuses what may not be reached at all', async () => {
  expect(await codeOf('http://127.0.0.1/')).toBe('private_address');
});
