/** Standard Webhooks signatures, made by `svix`, so that `svix` and `standardwebhooks` verify them unchanged. */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'svix';

/** A new signing secret: `whsec_` + 24 random bytes in base64. */
export function generateWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/**
 * The headers of one attempt. `id` is the event's and stays the same over retries, so that receivers can dedupe;
 * the timestamp is the attempt's.
 */
export function signatureHeaders(input: {
  secret: string;
  id: string;
  body: string;
  at: Date;
}): Record<string, string> {
  return {
    'webhook-id': input.id,
    'webhook-timestamp': String(Math.floor(input.at.getTime() / 1000)),
    'webhook-signature': new Webhook(input.secret).sign(input.id, input.at, input.body),
  };
}
