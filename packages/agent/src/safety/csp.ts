/** The policy added to every document and worker: the browser itself then refuses what CDP Fetch cannot stop. */
import { captchaSources, type PortalScope } from './hosts.ts';

/**
 * One Content-Security-Policy value. It comes on top of the page's own (a browser obeys all of them).
 * `learnt` null means that nothing was typed yet: calls to public hosts are still judged one by one by the guard, and
 * only WebSockets, which it cannot see, are refused here.
 */
export function contentSecurityPolicy(
  scopes: readonly PortalScope[],
  learnt: ReadonlySet<string> | null,
): string {
  const portal = scopes.flatMap((scope) => sources(scope, ['http', 'https']));
  const sockets = scopes.flatMap((scope) => sources(scope, ['ws', 'wss']));
  const captcha = captchaSources();
  const calls =
    learnt === null
      ? ['http:', 'https:']
      : [...learnt].flatMap((place) => [`http://${place}`, `https://${place}`]);
  return [
    ['connect-src', "'self'", 'blob:', 'data:', ...portal, ...sockets, ...captcha, ...calls],
    ['form-action', "'self'", ...portal],
    ['frame-src', "'self'", 'blob:', 'data:', ...portal, ...captcha],
    ['object-src', "'self'", 'blob:', 'data:', ...portal],
  ]
    .map((directive) => [...new Set(directive)].join(' '))
    .join('; ');
}

function sources(scope: PortalScope, schemes: readonly string[]): string[] {
  if (scope.kind === 'domain') {
    return schemes.flatMap((scheme) => [`${scheme}://${scope.domain}:*`, `${scheme}://*.${scope.domain}:*`]);
  }
  // An IPv6 literal cannot be written as a CSP source: its own origin is covered by 'self'.
  return scope.host.includes(':') ? [] : schemes.map((scheme) => `${scheme}://${scope.host}:${scope.port}`);
}
