/**
 * Which network addresses may be reached: public ones, and private ones that the operator listed in ALLOWED_PRIVATE_HOSTS.
 * One rule for webhook receivers and portals; callers apply it to names before, and to every resolved address at connect.
 */
import ipaddr from 'ipaddr.js';

/** Azure's metadata and health endpoint: a public address that only leads inside. Other clouds' are link-local or private. */
const METADATA = '168.63.129.16';
/** The one NAT64 prefix that is reachable globally (RFC 6052); the local-use one (RFC 8215) leads wherever its network likes. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** All of IPv6 that is given out as global unicast so far (RFC 4291); the rest holds old ways to write IPv4 addresses. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True only for globally reachable unicast addresses. Loopback, private, link-local, CGNAT, multicast, metadata,
 * documentation and tunnel (6to4, Teredo) ranges are not; an IPv4 address inside an IPv6 one (mapped, NAT64) is judged as IPv4.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && parsed.toString() !== METADATA;
  if (parsed.match(NAT64)) {
    const [high = 0, low = 0] = parsed.parts.slice(6);
    return isPublicAddress([high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'));
  }
  return parsed.range() === 'unicast' && parsed.match(GLOBAL_UNICAST);
}

/** The address that a URL's host is, when it is one and no name; brackets of IPv6 are taken off. */
export function literalAddress(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, '');
  // Most hosts are names; asking ipaddr.js about one costs an exception.
  if (!/^[\da-fx.]+$|:/i.test(bare)) return null;
  return ipaddr.isValid(bare) ? bare : null;
}

/** Whether `host` (a name or literal) at `port` is listed as `host` or `host:port`. */
export function isListedHost(host: string, port: number, allowedPrivateHosts: readonly string[]): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return allowedPrivateHosts.some((entry) => entry === name || entry === `${name}:${port}`);
}

/** Whether the place a URL leads to is listed, its port where none is written included. */
export function isListedUrl(url: URL, hosts: readonly string[]): boolean {
  return isListedHost(literalAddress(url.hostname) ?? url.hostname, portOf(url), hosts);
}

/** Names that never leave the machine or the local network. */
export function isLocalName(host: string): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return (
    name === 'localhost' || /\.(localhost|local|internal|lan|home\.arpa)$/.test(name) || !/[.:]/.test(name)
  );
}

/** Port of a URL, the scheme's own where none is written. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' || url.protocol === 'wss:' ? 443 : 80;
}
