/** The life of one person's secrets in the product: every way in, used well and badly. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rfcCheckDigit } from '@cfdi-live/cfdi';
import { CfdiLive, type ProfileInput, type Task } from '@cfdi-live/sdk';
import { makeTicket } from '@cfdi-live/portal-gallery';
import { expect } from 'vitest';
import type { Canaries } from './dump.ts';
import { until, type TestStack } from './stack.ts';

const RFC = `CAZX850214QK`;
/** Not the taxpayer of the other suites: what is found is this one, and nothing else. */
export const PROFILE: ProfileInput = {
  rfc: `${RFC}${rfcCheckDigit(`${RFC}0`)}`,
  fullName: 'XIMENA CANARIZA QUETZALLI',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'ximena.canariza.7f3a@despacho-canario.example',
};
const COMPANY_DETAIL = 'Callejón del Quetzal Canario 4711';
const LOGIN = {
  username: 'canario-usuario-9d1c@despacho-canario.example',
  password: 'C4nario-Kontraseña-8821',
  totpSecret: 'KVKFKRCPNZQUYMLXKZKDKZSNJZGTKMRX',
  additionalFields: { pin: 'pin-canario-551207' },
};
const ACTOR = { id: 'actor-canario-77', label: 'Persona Canario Tlaloc' };

export interface Receivers {
  host: string;
  good: string;
  failing: string;
  /** Requests that the failing one has refused. */
  refused(): number;
  close(): Promise<void>;
}

export async function startReceivers(): Promise<Receivers> {
  let refused = 0;
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.url === '/good') return void response.writeHead(204).end();
      refused += 1;
      response.writeHead(500).end('something broke');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    good: `http://${host}/good`,
    failing: `http://${host}/failing`,
    refused: () => refused,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

function callerOf(stack: TestStack, key: string) {
  return async (
    method: string,
    route: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${stack.apiUrl}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  };
}

/** Everything that can happen to a secret. Returns what nothing may hold afterwards. */
export async function liveThrough(stack: TestStack, receivers: Receivers): Promise<Canaries> {
  const call = callerOf(stack, stack.keys.test);
  const made = async (route: string, body: unknown, headers?: Record<string, string>) => {
    const answer = await call('POST', route, body, headers);
    expect(answer.status, `${route} ${JSON.stringify(answer.body)}`).toBe(201);
    return answer.body as Record<string, string>;
  };
  const key = await made('/v1/api-keys', { name: 'canary', scopes: ['tasks:read', 'events:read'] });
  const good = await made('/v1/webhook-endpoints', { url: receivers.good });
  const failing = await made('/v1/webhook-endpoints', { url: receivers.failing });
  const rotated = await call('POST', `/v1/webhook-endpoints/${good['id']}/rotate-secret`);
  const profileBody = { ...PROFILE, companyDetails: { domicilio: COMPANY_DETAIL } };
  const once = { 'idempotency-key': 'canary-profile-1' };
  const profile = await made('/v1/profiles', profileBody, once);
  expect((await made('/v1/profiles', profileBody, once))['id']).toBe(profile['id']);
  await call('POST', '/v1/profiles/validate', PROFILE);
  await call('GET', `/v1/profiles?rfc=${PROFILE.rfc}`);
  await call('PATCH', `/v1/profiles/${profile['id']}`, { fullName: PROFILE.fullName });

  const portal = stack.gallery.portals.find(({ id }) => id === 'webforms')!;
  const credential = await made('/v1/credentials', {
    profileId: profile['id'],
    vendorUrl: portal.url,
    ...LOGIN,
  });
  const task = {
    vendorUrl: portal.url,
    ticketData: makeTicket('webforms', 501).ticketData,
    profileId: profile['id'],
    credentialId: credential['id'],
  };
  const taskOnce = { 'idempotency-key': 'canary-task-1' };
  const success = await made('/v1/tasks', task, taskOnce);
  expect((await made('/v1/tasks', task, taskOnce))['id']).toBe(success['id']);
  expect((await call('POST', '/v1/tasks', { ...task, priority: 9 }, taskOnce)).status).toBe(409);
  const live = await made(`/v1/tasks/${success['id']}/live-tokens`, {
    mode: 'view',
    origin: 'https://app.example.com',
    actor: ACTOR,
  });
  const failed = await made('/v1/tasks', {
    ...task,
    credentialId: undefined,
    profileId: undefined,
    profile: PROFILE,
    ticketData: makeTicket('webforms', 502, { outcome: 'not_found' }).ticketData,
  });
  const wrong = await stack.submit('jqwizard', 503, {
    outcome: 'wrong_receptor',
    task: { profile: PROFILE },
  });
  const mailed = await stack.submit('mailed', 504, { task: { profile: PROFILE } });
  await misbehave(stack, call, { profileId: profile['id']!, taskId: success['id']! });
  await useLiveToken(stack, success['id']!, live['token']!);

  const client = new CfdiLive({ apiKey: stack.keys.test, baseUrl: stack.apiUrl });
  const ended = async (id: string): Promise<Task> => client.tasks.waitFor(id, { waitMs: 150_000 });
  const [completed] = await Promise.all([ended(success['id']!), ended(failed['id']!), ended(wrong.task.id)]);
  expect((await ended(mailed.task.id)).status).toBe('COMPLETED');
  const [mail] = stack.gallery.mails();
  expect(completed.failure).toBeNull();
  expect(completed.cfdi).toMatchObject({ receptorRfc: PROFILE.rfc });
  await client.artifacts.download(completed.cfdi!.xmlArtifactId);
  const retried = await made(`/v1/tasks/${failed['id']}/retry`, {});
  await ended(retried['id']!);
  await replayDeliveries(call, receivers, failing['id']!);
  return {
    rfc: PROFILE.rfc,
    name: PROFILE.fullName,
    surname: 'CANARIZA',
    mail: PROFILE.email,
    // Who knows it may send to it.
    'mailbox of a task': mail!.to.slice(0, mail!.to.indexOf('@')),
    'company detail': COMPANY_DETAIL,
    username: LOGIN.username,
    password: LOGIN.password,
    'totp secret': LOGIN.totpSecret,
    'additional field': LOGIN.additionalFields.pin,
    'actor id': ACTOR.id,
    'actor label': ACTOR.label,
    'test key': secretPart(stack.keys.test),
    'live key': secretPart(stack.keys.live),
    'new key': secretPart(key['key']!),
    'live token': secretPart(live['token']!),
    'webhook secret': good['secret']!.slice('whsec_'.length),
    'rotated webhook secret': String(rotated.body['secret']).slice('whsec_'.length),
    'failing webhook secret': failing['secret']!.slice('whsec_'.length),
    'webhook secret form': 'whsec_',
    'idempotency key': 'canary-task-1',
  };
}

/** Behind a key's public id: `cl_test_<id>_<secret>`. */
function secretPart(key: string): string {
  const secret = key.split('_').at(-1)!;
  expect(secret.length).toBeGreaterThan(20);
  return secret;
}

/** Requests that are wrong in ways that make programs write down what they were sent. */
async function misbehave(
  stack: TestStack,
  call: ReturnType<typeof callerOf>,
  { profileId, taskId }: { profileId: string; taskId: string },
): Promise<void> {
  const refused = await Promise.all([
    call('POST', '/v1/profiles', `{"rfc":"${PROFILE.rfc}","fullName":"${PROFILE.fullName}",`),
    call('POST', '/v1/profiles', { ...PROFILE, [PROFILE.fullName]: PROFILE.rfc }),
    call('POST', '/v1/profiles', { ...PROFILE, postalCode: PROFILE.fullName }),
    call('POST', '/v1/profiles', { ...PROFILE, fiscalRegime: '601' }),
    call('PATCH', `/v1/profiles/${profileId}`, { email: `${PROFILE.fullName} <${PROFILE.email}>` }),
    call('POST', '/v1/credentials', { profileId, vendorUrl: 'https://x.mx', ...LOGIN, totpSecret: 'no' }),
    call('GET', `/v1/profiles/${PROFILE.rfc}`),
    call('GET', `/v1/tasks/${encodeURIComponent(PROFILE.fullName)}`),
    call('GET', `/v1/tasks?after=${PROFILE.rfc}`),
    call('POST', `/v1/tasks/${taskId}/retry`, { profile: PROFILE }),
    call('GET', `/v1/${PROFILE.rfc}/${LOGIN.password}`),
    callerOf(stack, `${stack.keys.test}x`)('GET', '/v1/tasks'),
    callerOf(stack, stack.keys.test.replace('cl_test_', 'cl_live_'))('GET', '/v1/tasks'),
  ]);
  for (const { status } of refused) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
}

async function useLiveToken(stack: TestStack, taskId: string, token: string): Promise<void> {
  const answer = await callerOf(stack, token)('GET', `/v1/tasks/${taskId}`, undefined, {
    origin: 'https://app.example.com',
  });
  expect(answer.status).toBe(200);
}

/** Attempts by the schedule, by hand and since a time, at an endpoint that refuses them all. */
async function replayDeliveries(
  call: ReturnType<typeof callerOf>,
  receivers: Receivers,
  endpointId: string,
): Promise<void> {
  await until('deliveries are refused', () => receivers.refused() >= 3);
  const list = await call('GET', `/v1/webhook-endpoints/${endpointId}/deliveries?limit=5`);
  const [delivery] = list.body['data'] as { id: string }[];
  const before = receivers.refused();
  expect((await call('POST', `/v1/deliveries/${delivery!.id}/redeliver`)).status).toBeLessThan(300);
  await until('the delivery is refused again', () => receivers.refused() > before);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const recovered = await call('POST', `/v1/webhook-endpoints/${endpointId}/recover`, { since });
  expect(recovered.status, JSON.stringify(recovered.body)).toBeLessThan(300);
  await until('what was recovered is refused', () => receivers.refused() > before + 2, 60_000);
}
