import { Hono } from 'hono';
import { WebhookVerificationError, verifyWebhook, type WebhookEvent } from '@cfdi-live/sdk';

export interface ReceiverOptions {
  /** The endpoint's `whsec_…`. */
  secret: string;
  /** Called once for each event, however often it is delivered. Throw to have it delivered again. */
  onEvent(event: WebhookEvent): Promise<void>;
}

/** `POST /webhooks`: verifies, dedupes, handles. 2xx says "mine now"; anything else brings the event again. */
export function createReceiver({ secret, onEvent }: ReceiverOptions): Hono {
  const app = new Hono();
  // Yours is a table with a unique event id, written in the transaction of the work itself.
  const handled = new Set<string>();

  app.post('/webhooks', async (c) => {
    // The raw body: what was signed is the text, not the JSON in it.
    const body = await c.req.text();
    let event: WebhookEvent;
    try {
      event = await verifyWebhook(body, c.req.raw.headers, secret);
    } catch (error) {
      if (error instanceof WebhookVerificationError) return c.text(error.message, 400);
      throw error;
    }
    if (!handled.has(event.id)) {
      await onEvent(event);
      handled.add(event.id);
    }
    return c.body(null, 204);
  });
  return app;
}
