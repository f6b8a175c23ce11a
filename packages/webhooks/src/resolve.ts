/** Addresses of names, asked of DNS itself. */
import { lookup, Resolver } from 'node:dns/promises';
import type { HostResolver } from '@cfdi-live/domain';

export interface HostResolverOptions {
  /** `host` or `host:port` entries: names of the operator's own, which may stand in a hosts file only. */
  allowedPrivateHosts: readonly string[];
  /** `address` or `address:port` of the DNS servers to ask; default the machine's. */
  servers?: readonly string[];
  /** Default 3 s. */
  timeoutMs?: number;
}

/**
 * Resolves names without the system's `getaddrinfo`: that one runs on four threads a process, and four names whose
 * servers do not answer would keep every other name (and every file) waiting. A look-up that fails or takes too long
 * finds nothing.
 */
export function createHostResolver(options: HostResolverOptions): HostResolver {
  const { allowedPrivateHosts, servers, timeoutMs = 3_000 } = options;
  const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
  if (servers !== undefined) resolver.setServers([...servers]);
  const listed = new Set(allowedPrivateHosts.map((entry) => entry.replace(/:\d+$/, '')));
  const none = (): string[] => [];
  const ask = async (host: string): Promise<string[]> => {
    const found = await Promise.all([
      resolver.resolve4(host).catch(none),
      resolver.resolve6(host).catch(none),
    ]);
    return found.flat();
  };
  const askSystem = (host: string): Promise<string[]> =>
    lookup(host, { all: true }).then((entries) => entries.map(({ address }) => address), none);

  return async (host) => {
    const name = host.replace(/\.$/, '').toLowerCase();
    // Loopback by definition (RFC 6761); many resolvers do not know them.
    if (/(^|\.)localhost$/.test(name)) return ['127.0.0.1', '::1'];
    return inTime(listed.has(name) ? askSystem(name) : ask(name), timeoutMs);
  };
}

async function inTime(found: Promise<string[]>, timeoutMs: number): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), timeoutMs);
  });
  const addresses = await Promise.race([found, patience]);
  clearTimeout(timer);
  return addresses;
}
