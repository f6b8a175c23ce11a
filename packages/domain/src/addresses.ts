/**
 * Which network addresses may be reached: public ones, and private ones that the operator listed in ALLOWED_PRIVATE_HOSTS.
 * One rule for webhook receivers and portals; callers apply it to names before, and to every resolved address at connect.
 */
import ipaddr from 'ipaddr.js';

/**
 * True only for globally reachable unicast addresses. Loopback, private, link-local, CGNAT, multicast, metadata (link-local),
 * documentation and translation ranges are not; an IPv4 address inside an IPv6 one (mapped, NAT64) is judged as IPv4.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.range() === 'rfc6052') {
    const [high = 0, low = 0] = parsed.parts.slice(6);
    return isPublicAddress([high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'));
  }
  return parsed.range() === 'unicast';
}

/** The address that a URL's host is, when it is one and no name; brackets of IPv6 are taken off. */
export function literalAddress(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, '');
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
