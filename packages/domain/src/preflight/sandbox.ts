/** Test keys work on the sandbox's portals and nowhere else; live keys everywhere else. */
import type { FieldError, Mode } from '@cfdi-live/contract';
import { isListedUrl } from '../addresses.ts';

/**
 * The error of a portal's address that this mode may not visit, or null.
 *
 * @param path where the address stands in the request
 * @param sandboxHosts `host` or `host:port`, lower case (SANDBOX_HOSTS)
 */
export function checkSandbox(
  portal: URL,
  path: string,
  mode: Mode,
  sandboxHosts: readonly string[],
): FieldError | null {
  const inSandbox = isListedUrl(portal, sandboxHosts);
  if (mode === 'test' && !inSandbox) {
    return {
      path,
      code: 'outside_sandbox',
      message:
        'A test key works on the portals of the sandbox only. Use one of them (GET /v1/vendors lists them for this key), or a live key for this portal.',
    };
  }
  if (mode === 'live' && inSandbox) {
    return {
      path,
      code: 'sandbox_host',
      message: 'This portal belongs to the sandbox, whose invoices are worth nothing. Use a test key for it.',
    };
  }
  return null;
}
