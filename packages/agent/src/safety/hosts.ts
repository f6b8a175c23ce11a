/** Which hosts belong to a portal, and which are private. Parsed hosts are compared, never text of addresses. */
import ipaddr from 'ipaddr.js';
import { getDomain } from 'tldts';

/**
 * The portal's own ground. A named host stands for its registrable domain; an address, `localhost` or a name under
 * it stands for exactly its host and port.
 */
export type PortalScope = { kind: 'domain'; domain: string } | { kind: 'exact'; host: string; port: string };

const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home.arpa', 'onion'];

/** Lower case, without brackets and the root's dot. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** The port, with the scheme's default written out. */
export function portOf(url: URL): string {
  if (url.port !== '') return url.port;
  return url.protocol === 'https:' || url.protocol === 'wss:' ? '443' : '80';
}

export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

export function portalScope(portalUrl: string): PortalScope {
  const url = new URL(portalUrl);
  const host = hostOf(url);
  const domain = ipaddr.isValid(host) || isUnder(host, 'localhost') ? null : registrable(host);
  return domain === null ? { kind: 'exact', host, port: portOf(url) } : { kind: 'domain', domain };
}

/** Whether an http(s) or ws(s) address lies on the portal's ground. */
export function inScope(scope: PortalScope, url: URL): boolean {
  const host = hostOf(url);
  if (scope.kind === 'exact') return host === scope.host && portOf(url) === scope.port;
  return isUnder(host, scope.domain);
}

function registrable(host: string): string | null {
  // With private suffixes: else one customer's azurewebsites.net would stand for every customer's.
  return getDomain(host, { allowPrivateDomains: true });
}

function isUnder(host: string, suffix: string): boolean {
  return host === suffix || host.endsWith(`.${suffix}`);
}

/** Loopback, private, link-local and other addresses of no public use, and the names that mean them. */
export function isPrivateHost(host: string): boolean {
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  if (!host.includes('.')) return true;
  return PRIVATE_SUFFIXES.some((suffix) => isUnder(host, suffix));
}

/** `allowed` holds `host`, `host:port`, or `*.host` for the names below one. */
export function isAllowedPrivate(url: URL, allowed: readonly string[]): boolean {
  const host = hostOf(url);
  return allowed.some((entry) => {
    const wanted = entry.trim().toLowerCase();
    if (wanted === '') return false;
    if (wanted.startsWith('*.')) return host.endsWith(wanted.slice(1));
    const bare = wanted.replace(/^\[([^\]]*)\]/, '$1');
    return bare === host || bare === `${host}:${portOf(url)}`;
  });
}

/** CAPTCHA providers: their frames and scripts load, so that a person can solve what they show. */
const CAPTCHA_PLACES: readonly { host: string; path: string }[] = [
  { host: 'www.google.com', path: '/recaptcha/' },
  { host: 'www.gstatic.com', path: '/recaptcha/' },
  { host: 'recaptcha.net', path: '/' },
  { host: 'hcaptcha.com', path: '/' },
  { host: 'challenges.cloudflare.com', path: '/' },
  { host: 'arkoselabs.com', path: '/' },
  { host: 'funcaptcha.com', path: '/' },
  { host: 'geetest.com', path: '/' },
];

export function isCaptchaPlace(url: URL): boolean {
  if (url.protocol !== 'https:') return false;
  const host = hostOf(url);
  return CAPTCHA_PLACES.some((place) => isUnder(host, place.host) && url.pathname.startsWith(place.path));
}

/** The CAPTCHA hosts as CSP sources. */
export function captchaSources(): string[] {
  return CAPTCHA_PLACES.flatMap(({ host, path }) => {
    const source = `https://${host}${path === '/' ? '' : path}`;
    return host.startsWith('www.') ? [source] : [source, `https://*.${host}`];
  });
}
