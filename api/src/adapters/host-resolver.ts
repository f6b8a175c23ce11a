import { lookup } from 'node:dns/promises';
import type { HostResolver } from '@cfdi-live/domain';

/** Resolves as a connection would (hosts file included). A look-up that fails or takes too long finds nothing. */
export function createHostResolver(options: { timeoutMs?: number } = {}): HostResolver {
  const { timeoutMs = 3_000 } = options;
  return async (host) => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<string[]>((resolve) => {
      timer = setTimeout(() => resolve([]), timeoutMs);
    });
    const found = lookup(host, { all: true }).then(
      (entries) => entries.map(({ address }) => address),
      () => [],
    );
    const addresses = await Promise.race([found, patience]);
    clearTimeout(timer);
    return addresses;
  };
}
