/** The guard's rules as they are left with a session's keeper while no run works in it. Pure. */
import { captchaSources, portalScope } from './hosts.ts';
import type { GuardPolicy } from './policy.ts';

/**
 * Rules that need no state: hosts are `host`, `host:port` or `*.host`. `secrets` are the task's values, which may stand in
 * no address for another host.
 */
export interface LeftBehindRules {
  /** Anything may go to them; what changes something there is counted. */
  portalHosts: string[];
  /** Third parties that scripts may call. */
  calledHosts: string[];
  /** Beginnings of the addresses of CAPTCHA providers. */
  framePrefixes: string[];
  assetHosts: string[] | 'public';
  secrets: string[];
  contentSecurityPolicy: string;
}

/** `learnt` and `contentSecurityPolicy` as the run's own guard has them at its end. */
export function leftBehindRules(
  policy: GuardPolicy,
  learnt: readonly string[],
  contentSecurityPolicy: string,
): LeftBehindRules {
  const sandboxed = (policy.onlyHosts ?? null) !== null;
  return {
    portalHosts: [policy.portalUrl, ...(policy.alsoPortals ?? [])].flatMap(hostsOf),
    calledHosts: [...learnt],
    framePrefixes: sandboxed
      ? []
      : captchaSources().map((source) => (source.endsWith('/') ? source : `${source}/`)),
    assetHosts: sandboxed ? [...(policy.onlyHosts ?? [])] : 'public',
    secrets: [...policy.values()],
    contentSecurityPolicy,
  };
}

function hostsOf(portalUrl: string): string[] {
  const scope = portalScope(portalUrl);
  if (scope.kind === 'domain') return [scope.domain, `*.${scope.domain}`];
  return [scope.host.includes(':') ? `[${scope.host}]:${scope.port}` : `${scope.host}:${scope.port}`];
}
