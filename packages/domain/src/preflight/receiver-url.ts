/** Whether events may be sent to a URL. */
import { isListedUrl, portOf } from '../addresses.ts';
import { checkOutboundUrl, type OutboundRules, type OutboundUrl } from './outbound-url.ts';

/**
 * What may be reached at all, on a port where web servers live: below 1024 other ports than 80 and 443 belong to other
 * protocols, and a POST of somebody's words to a mail server is no webhook.
 *
 * @param path where the URL stands in the request, for the error
 */
export async function checkReceiverUrl(
  text: string,
  path: string,
  rules: OutboundRules,
): Promise<OutboundUrl> {
  const checked = await checkOutboundUrl(text, path, rules);
  if (!checked.ok) return checked;
  const port = portOf(checked.url);
  const usual = port === 80 || port === 443 || port >= 1024;
  if (usual || isListedUrl(checked.url, rules.allowedPrivateHosts)) return checked;
  return {
    ok: false,
    error: { path, code: 'port_not_allowed', message: 'The port must be 80, 443, or 1024 and above.' },
  };
}
