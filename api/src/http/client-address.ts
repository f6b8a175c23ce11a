/** Whose address a request has, as far as it can be believed. */
import ipaddr from 'ipaddr.js';

/**
 * `trustedHops` proxies of ours stand before us, and each added the address that it saw to the end of `X-Forwarded-For`;
 * what stands further left, anybody may have written. IPv6 addresses are cut to their /64: one customer has all of it.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedHops: number,
): string {
  const seen = (forwardedFor ?? '').split(',').map((entry) => entry.trim());
  const told = trustedHops === 0 ? undefined : seen[seen.length - trustedHops];
  const address = told !== undefined && ipaddr.isValid(told) ? told : (socketAddress ?? '');
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
