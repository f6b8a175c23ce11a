import { describe, expect, it } from 'vitest';
import { Webhook } from 'svix';
import { WebhookVerificationError, verifyWebhook } from '@cfdi-live/sdk';
import { newSigningSecret } from '@cfdi-live/domain';

const secret = newSigningSecret();
const body = JSON.stringify({ id: 'evt_1', type: 'task.completed', data: { nombre: 'Ñandú' } });

function signed(at = new Date(), by = secret): Record<string, string> {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('evt_1', at, body),
  };
}

describe('verifyWebhook', () => {
  it('returns the event of a webhook that svix signed, as text or bytes, by any kind of headers', async () => {
    await expect(verifyWebhook(body, signed(), secret)).resolves.toMatchObject({ type: 'task.completed' });
    await expect(
      verifyWebhook(new TextEncoder().encode(body), new Headers(signed()), secret),
    ).resolves.toMatchObject({ id: 'evt_1' });
  });

  it('takes either secret while one is rotated', async () => {
    const next = newSigningSecret();
    await expect(verifyWebhook(body, signed(new Date(), next), [secret, next])).resolves.toBeDefined();
    const both = {
      ...signed(),
      'webhook-signature': `${signed(new Date(), next)['webhook-signature']} ${signed()['webhook-signature']}`,
    };
    await expect(verifyWebhook(body, both, secret)).resolves.toBeDefined();
  });

  it.each([
    ['a changed body', () => verifyWebhook(body.replace('evt_1', 'evt_2'), signed(), secret)],
    ['another secret', () => verifyWebhook(body, signed(), newSigningSecret())],
    ['an old timestamp', () => verifyWebhook(body, signed(new Date(Date.now() - 301_000)), secret)],
    ['a timestamp of the future', () => verifyWebhook(body, signed(new Date(Date.now() + 302_000)), secret)],
    [
      'a replaced timestamp',
      () =>
        verifyWebhook(
          body,
          {
            ...signed(new Date(Date.now() - 60_000)),
            'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          },
          secret,
        ),
    ],
    ['a missing header', () => verifyWebhook(body, { ...signed(), 'webhook-id': undefined }, secret)],
    [
      'an unknown version',
      () =>
        verifyWebhook(
          body,
          { ...signed(), 'webhook-signature': signed()['webhook-signature']?.replace('v1,', 'v0,') },
          secret,
        ),
    ],
    ['garbage', () => verifyWebhook(body, { ...signed(), 'webhook-signature': 'v1,%%%' }, secret)],
    ['an empty secret', () => verifyWebhook(body, signed(), 'whsec_')],
  ])('refuses %s', async (_name, verify) => {
    await expect(verify()).rejects.toBeInstanceOf(WebhookVerificationError);
  });
});
