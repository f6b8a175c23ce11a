import { describe, expect, it } from 'vitest';
import { Webhook } from 'svix';
import type { WebhookEvent } from '@cfdi-live/sdk';
import { newSigningSecret } from '@cfdi-live/domain';
import { createReceiver } from '../../examples/webhook-receiver/src/receiver.ts';

const secret = newSigningSecret();

function delivery(
  id: string,
  body = JSON.stringify({ id, type: 'task.created', taskId: null, data: {} }),
): Request {
  const at = new Date();
  return new Request('http://127.0.0.1/webhooks', {
    method: 'POST',
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
  });
}

describe('the example receiver', () => {
  it('handles an event once, however often it comes', async () => {
    const seen: WebhookEvent[] = [];
    const app = createReceiver({ secret, onEvent: async (event) => void seen.push(event) });
    expect((await app.request(delivery('evt_1'))).status).toBe(204);
    expect((await app.request(delivery('evt_1'))).status).toBe(204);
    expect((await app.request(delivery('evt_2'))).status).toBe(204);
    expect(seen.map(({ id }) => id)).toEqual(['evt_1', 'evt_2']);
  });

  it('asks for the event again when its own work fails', async () => {
    let fails = true;
    const app = createReceiver({
      secret,
      onEvent: async () => {
        if (fails) throw new Error('database away');
      },
    });
    expect((await app.request(delivery('evt_1'))).status).toBe(500);
    fails = false;
    expect((await app.request(delivery('evt_1'))).status).toBe(204);
  });

  it('refuses what was not signed by us', async () => {
    const app = createReceiver({ secret, onEvent: async () => undefined });
    const forged = delivery('evt_1');
    forged.headers.set('webhook-signature', 'v1,AAAA');
    expect((await app.request(forged)).status).toBe(400);
  });
});
