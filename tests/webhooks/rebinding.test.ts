/** DNS rebinding: a name that is public when an endpoint is made, and leads to loopback when something is sent there. */
import { newUuid } from '@cfdi-live/contract';
import { createWebhookEndpoint, updateWebhookEndpoint, type Principal } from '@cfdi-live/domain';
import { createHostResolver } from '@cfdi-live/webhooks';
import { startDispatcher, type WebhookDispatcher } from '@cfdi-live/worker';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { created, useFixture } from '../db/support.ts';
import { startDns, type DnsServer } from './dns.ts';
import { createReceivers, type Receiver } from './receivers.ts';

const PUBLIC = '93.184.215.14';
const LOOPBACK = '127.0.0.1';

const fixture = useFixture();
const receivers = createReceivers();
let dns: DnsServer;
let dispatcher: WebhookDispatcher | undefined;
/** What the name server says next; its last word stays. */
let answers: string[][] = [];
let sink: Receiver;

beforeEach(async () => {
  dns = await startDns(() => (answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  sink = await receivers.start();
});
afterEach(async () => {
  await dispatcher?.stop();
  await receivers.close();
  await dns.close();
});

function principal(): Principal {
  return { kind: 'api_key', ...fixture.scope, keyId: newUuid(), scopes: ['webhooks:write'] };
}

/** As the API has them. */
function outbound() {
  const allowedPrivateHosts: string[] = [];
  return {
    allowedPrivateHosts,
    resolveHost: createHostResolver({ allowedPrivateHosts, servers: [dns.server] }),
  };
}

function sinkUrl(): string {
  const url = new URL(sink.url);
  url.hostname = 'rebind.example.com';
  return url.href;
}

function make(url = sinkUrl()) {
  return createWebhookEndpoint({ database: fixture.api, outbound: outbound() }, principal(), { url });
}

/** Sends what waits, and tells the attempt that the endpoint's log has of it. */
async function deliver(endpointId: string, allowedPrivateHosts: string[] = []) {
  await created(fixture.api, fixture.scope);
  dispatcher = startDispatcher(
    {
      database: fixture.worker,
      clock: { now: () => new Date() },
      dispatch: { ...outbound(), allowedPrivateHosts },
      log: pino({ level: 'silent' }),
    },
    { everyMs: 50, onError: () => undefined },
  );
  return vi.waitFor(
    () =>
      fixture.api.withTenant(fixture.scope, async (tx) => {
        const { rows } = await tx.webhooks.listDeliveries(endpointId, { limit: 1 });
        const [attempt] = await tx.webhooks.listAttempts(rows[0]!.id, { limit: 1 });
        if (attempt === undefined) throw new Error('not tried yet');
        return attempt;
      }),
    5_000,
  );
}

test('a name that turns to loopback after it was accepted is not connected to', async () => {
  answers = [[PUBLIC], [LOOPBACK]];
  const made = await make();
  if (made.kind !== 'created') throw new Error(made.kind);
  const attempt = await deliver(made.endpoint.id);
  expect(attempt).toMatchObject({ status: null, error: 'the name resolves to a private address' });
  expect(dns.asked.filter((name) => name === 'rebind.example.com').length).toBeGreaterThanOrEqual(2);
  expect(sink.received).toEqual([]);
});

test('nor is one that offers loopback beside a public address', async () => {
  answers = [[PUBLIC], [PUBLIC, LOOPBACK]];
  const made = await make();
  if (made.kind !== 'created') throw new Error(made.kind);
  expect((await deliver(made.endpoint.id)).error).toBe('the name resolves to a private address');
  expect(sink.received).toEqual([]);
});

test('where an operator lists it, the same name arrives: it is the guard that keeps it from arriving', async () => {
  answers = [[PUBLIC], [LOOPBACK]];
  const made = await make();
  if (made.kind !== 'created') throw new Error(made.kind);
  expect(await deliver(made.endpoint.id, ['rebind.example.com'])).toMatchObject({ status: 204 });
  expect(sink.received).toHaveLength(1);
});

test('a name that leads inside, or nowhere, is refused when an endpoint is made and when it is moved', async () => {
  answers = [[LOOPBACK]];
  expect(await make()).toMatchObject({ kind: 'url_not_allowed', errors: [{ code: 'private_address' }] });
  answers = [[]];
  expect(await make()).toMatchObject({ kind: 'url_not_allowed', errors: [{ code: 'host_not_found' }] });
  answers = [[PUBLIC], [LOOPBACK]];
  const made = await make();
  if (made.kind !== 'created') throw new Error(made.kind);
  const deps = { database: fixture.api, outbound: outbound() };
  const moved = await updateWebhookEndpoint(deps, principal(), made.endpoint.id, { url: sinkUrl() });
  expect(moved).toMatchObject({
    kind: 'url_not_allowed',
    errors: [{ path: 'url', code: 'private_address' }],
  });
});
