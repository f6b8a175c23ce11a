/** What may leave a browser that nobody watches over: rules that a client leaves behind, and the verdict on one request. */
import { holdsSecret } from './secrets.ts';

/** Hosts are `host`, `host:port`, or `*.host` for the names below one; without a port, any. */
export type GuardRules = {
  /** Anything may go to them. What is not GET, HEAD or OPTIONS is counted. */
  readonly portalHosts: readonly string[];
  /** Scripts may call them by any method; no documents. */
  readonly calledHosts: readonly string[];
  /** Addresses that begin so (`https://www.google.com/recaptcha/`, `https://*.hcaptcha.com/`) load in frames and scripts. */
  readonly framePrefixes: readonly string[];
  /** Scripts, styles, fonts and pictures come by GET from these hosts, or from every public one. */
  readonly assetHosts: readonly string[] | 'public';
  /** No address for another host than the portal's holds one of these, in clear or encoded. Kept in memory only. */
  readonly secrets: readonly string[];
  /** Added to every document and worker; null adds none. */
  readonly contentSecurityPolicy: string | null;
};

export type GuardedRequest = {
  readonly url: string;
  readonly method: string;
  /** Protocol's name: Document, XHR, Fetch, Script, Image … */
  readonly resourceType: string;
  readonly referrer: string;
  readonly serviceWorker: boolean;
};

/** `portal`: allowed, on the portal's own ground. */
export type GuardVerdict = 'portal' | 'elsewhere' | 'refused';

const CALLS: ReadonlySet<string> = new Set(['XHR', 'Fetch', 'EventSource', 'Preflight', 'Ping']);
const ASSETS: ReadonlySet<string> = new Set([
  'Script',
  'Stylesheet',
  'Font',
  'Image',
  'Media',
  'Manifest',
  'TextTrack',
]);

/** The rule for one request. What the rules do not name is refused. */
export const judge = (request: GuardedRequest, rules: GuardRules): GuardVerdict => {
  if (!URL.canParse(request.url)) return 'refused';
  const url = new URL(request.url);
  if (['blob:', 'about:'].includes(url.protocol)) return 'elsewhere';
  if (url.protocol === 'data:') return request.resourceType === 'Document' ? 'refused' : 'elsewhere';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'refused';
  // The page works without one; with one, requests would be answered out of the guard's sight.
  if (request.serviceWorker) return 'refused';
  if (isAmong(url, rules.portalHosts)) return 'portal';
  return mayGoElsewhere(request, url, rules) ? 'elsewhere' : 'refused';
};

const mayGoElsewhere = (request: GuardedRequest, url: URL, rules: GuardRules): boolean => {
  if (holdsSecret(`${request.url} ${request.referrer}`, rules.secrets)) return false;
  if (rules.framePrefixes.some((prefix) => beginsWith(url, prefix))) return true;
  if (CALLS.has(request.resourceType)) return isAmong(url, rules.calledHosts);
  if (request.method !== 'GET' || !ASSETS.has(request.resourceType)) return false;
  return rules.assetHosts === 'public' ? isPublicName(url.hostname) : isAmong(url, rules.assetHosts);
};

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const isAmong = (url: URL, hosts: readonly string[]): boolean => {
  const name = bare(url.hostname);
  const port = url.port === '' ? PORTS[url.protocol] : url.port;
  return hosts.some((entry) => {
    const wanted = entry.toLowerCase();
    if (wanted.startsWith('*.')) return name.endsWith(wanted.slice(1));
    return bare(wanted) === name || wanted === `${name}:${port}` || wanted === `[${name}]:${port}`;
  });
};

const beginsWith = (url: URL, prefix: string): boolean => {
  const [, scheme, host = '', path = '/'] = /^(https?:)\/\/([^/]+)(\/.*)?$/.exec(prefix) ?? [];
  return url.protocol === scheme && isAmong(url, [host]) && url.pathname.startsWith(path);
};

/** Without an IPv6 address's brackets and the root's dot. */
const bare = (host: string): string =>
  host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();

const PRIVATE_SUFFIX = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion)$/;

/** A name that public DNS may know: no address, nothing of the own network. */
const isPublicName = (hostname: string): boolean => {
  const name = bare(hostname);
  return name.includes('.') && !/^[\d.]+$|:/.test(name) && !PRIVATE_SUFFIX.test(name);
};
