/**
 * Which addresses a request may be sent to, checked where it cannot be got round: inside the resolver at connect, so that a
 * name which changes its address between check and use (DNS rebinding) reaches nothing private.
 */
import { isIPv6, type LookupFunction } from 'node:net';
import { isListedHost, isPublicAddress, literalAddress, portOf, type OutboundRules } from '@cfdi-live/domain';

/** Thrown where the address may not be reached. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** What a request to `url` is given. Throws `AddressRefused` for a literal address, which never reaches the resolver. */
export function guardedLookup(url: URL, rules: OutboundRules): LookupFunction {
  const port = portOf(url);
  const literal = literalAddress(url.hostname);
  if (literal !== null && !mayReach(literal, literal, port, rules)) {
    throw new AddressRefused('the address is private');
  }
  return (host, { all }, callback) => {
    const fail = (error: Error): void => callback(error, '', 4);
    rules.resolveHost(host).then((addresses) => {
      const [first] = addresses;
      if (first === undefined) fail(Object.assign(new Error('host not found'), { code: 'ENOTFOUND' }));
      // A name is refused if any of its addresses is private.
      else if (!addresses.every((address) => mayReach(address, host, port, rules)))
        fail(new AddressRefused('the name resolves to a private address'));
      else if (all === true)
        callback(
          null,
          addresses.map((address) => ({ address, family: familyOf(address) })),
        );
      else callback(null, first, familyOf(first));
    }, fail);
  };
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4;
}

function mayReach(address: string, host: string, port: number, rules: OutboundRules): boolean {
  return isPublicAddress(address) || isListedHost(host, port, rules.allowedPrivateHosts);
}
