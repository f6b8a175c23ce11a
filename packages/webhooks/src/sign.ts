/** Standard Webhooks signatures, made by `svix`, so that `svix` and `standardwebhooks` verify them unchanged. */
import { Webhook } from 'svix';

/**
 * The headers of one attempt. `id` is the event's and stays the same over retries, so that receivers can dedupe;
 * the timestamp is the attempt's. Each secret gives a signature, in their order and separated by a space: while one is
 * rotated, a receiver that knows either verifies.
 */
export function signatureHeaders(input: {
  secrets: readonly string[];
  id: string;
  body: string;
  at: Date;
}): Record<string, string> {
  const { secrets, id, body, at } = input;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
