/** Whether a URL that a caller gave us may be reached at all: portals to browse, receivers to call. */
import type { FieldError } from '@cfdi-live/contract';
import { isListedUrl, isLocalName, isPublicAddress, literalAddress } from '../addresses.ts';

/** All addresses of a name, IPv4 and IPv6; none when it cannot be resolved. Never rejects. */
export type HostResolver = (host: string) => Promise<readonly string[]>;

export interface OutboundRules {
  /** Entries `host` or `host:port`, lower case: the only way to an address that is not public. */
  allowedPrivateHosts: readonly string[];
  resolveHost: HostResolver;
}

export type OutboundUrl = { ok: true; url: URL } | { ok: false; error: FieldError };

/**
 * Refuses what is no http(s) URL, carries a login, or leads to an address that is not public: written as a number in
 * any notation, as a local name, or behind a public name. Whoever connects later checks the address again, for names
 * change hands between two look-ups.
 *
 * @param path where the URL stands in the request, for the error
 */
export async function checkOutboundUrl(
  text: string,
  path: string,
  rules: OutboundRules,
): Promise<OutboundUrl> {
  const refuse = (code: string, message: string): OutboundUrl => ({
    ok: false,
    error: { path, code, message },
  });

  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return refuse('url_malformed', 'This is not a URL.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refuse('scheme_not_allowed', 'Only http and https are allowed.');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('login_in_url', 'A user name or password must not stand in the URL.');
  }

  const literal = literalAddress(url.hostname);
  const listed = isListedUrl(url, rules.allowedPrivateHosts);
  if (literal !== null) {
    if (listed || isPublicAddress(literal)) return { ok: true, url };
    return refuse('private_address', 'The address is not a public one.');
  }
  if (!listed && isLocalName(url.hostname)) {
    return refuse('private_name', 'The name belongs to a local network.');
  }
  // Names below localhost are loopback by definition (RFC 6761); many resolvers do not know them.
  if (isLocalhost(url.hostname)) return { ok: true, url };

  const addresses = await rules.resolveHost(url.hostname);
  if (addresses.length === 0) return refuse('host_not_found', 'The host could not be found.');
  if (!listed && !addresses.every(isPublicAddress)) {
    return refuse('private_address', 'The host leads to an address that is not public.');
  }
  return { ok: true, url };
}

function isLocalhost(host: string): boolean {
  return /(^|\.)localhost\.?$/.test(host);
}
