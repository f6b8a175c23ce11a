/** Access that ends, ends everywhere: two processes over one database, one of which hears no hint. */
import { createApp, listen, STREAM_TIMES, type ApiDeps, type RunningServer } from '@cfdi-live/api';
import type { LiveToken, Member } from '@cfdi-live/contract';
import { createDatabase, type PgDatabase } from '@cfdi-live/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from './stream.ts';
import { openWorld, type Caller, type World } from './world.ts';

/** Half of what is promised: five seconds. */
const LIMIT_MS = 2_500;
/** Where the hint is lost, a stream asks by itself every two seconds. */
const DEAF_STREAM_LIMIT_MS = 4_000;
const ORIGIN = 'https://app.example.com';

let world: World;
let lookedUp = 0;
let second: { url: string; server: RunningServer; database: PgDatabase };
let urls: string[];

beforeAll(async () => {
  let own: ApiDeps | undefined;
  world = await openWorld((deps) => {
    own = { ...deps, config: { ...deps.config, streams: STREAM_TIMES } };
    return own;
  });
  const database = createDatabase({
    connectionString: world.test.apiUrl,
    role: 'cfdi_api',
    keyRing: world.keyRing,
    log: { warn: () => undefined },
  });
  const counted: PgDatabase['system'] = {
    ...database.system,
    findApiKey: (id) => {
      lookedUp += 1;
      return database.system.findApiKey(id);
    },
  };
  const app = createApp({
    ...own!,
    database: { ...database, system: counted, onAccessChange: () => () => undefined },
  });
  const server = await listen(app, { port: 0, host: '127.0.0.1' });
  second = { url: server.url, server, database };
  urls = [world.url, second.url];
});
afterAll(async () => {
  await second.server.close(0);
  await second.database.close();
  await world.close();
});

async function statusOf(url: string, key: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers: { ...headers, authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response.status;
}

/** How long after `end` the answer is 401 everywhere, and how long each stream stays open. */
async function timeToEnd(
  path: string,
  key: string,
  headers: Record<string, string>,
  end: () => Promise<unknown>,
): Promise<{ requests: number[]; streams: number[] }> {
  const streams = await Promise.all(urls.map((url) => openStream(`${url}${path}`, key, undefined, headers)));
  for (const url of urls) expect(await statusOf(`${url}${path}`, key, headers)).toBe(200);
  await end();
  const start = performance.now();
  const requests = urls.map(async (url) => {
    while ((await statusOf(`${url}${path}`, key, headers)) !== 401);
    return performance.now() - start;
  });
  const ends = streams.map(async (stream) => {
    await stream.ended();
    return performance.now() - start;
  });
  return { requests: await Promise.all(requests), streams: await Promise.all(ends) };
}

function expectInTime({ requests, streams }: { requests: number[]; streams: number[] }): void {
  for (const ms of requests) expect(ms).toBeLessThan(LIMIT_MS);
  const [hearing, deaf] = streams;
  expect(hearing).toBeLessThan(LIMIT_MS);
  expect(deaf).toBeLessThan(DEAF_STREAM_LIMIT_MS);
}

describe.concurrent('within half of the promised time, in every process', () => {
  it('a revoked key stops', async () => {
    const { key, tenantId } = await world.newCaller();
    const other = await world.newCaller({ tenantId });
    const listed = await world.call<{ data: { id: string }[] }>('GET', '/v1/api-keys', { key: other.key });
    const [, first] = listed.body.data;
    const end = () => world.call('DELETE', `/v1/api-keys/${first?.id}`, { key: other.key });
    expectInTime(await timeToEnd('/v1/events', key, {}, end));
  });

  it('a key stops that was revoked beside the API', async () => {
    const { key, keyId } = await world.newCaller();
    expectInTime(await timeToEnd('/v1/events', key, {}, () => world.admin.revokeApiKey(keyId)));
  });

  it('a revoked live token stops', async () => {
    const caller = await world.newCaller();
    const token = await liveToken(caller);
    const end = () => world.call('DELETE', `/v1/live-tokens/${token.id}`, { key: caller.key });
    expectInTime(await timeToEnd(`/v1/tasks/${token.taskId}/events`, token.token!, { origin: ORIGIN }, end));
  });

  it('a removed member stops', async () => {
    const { key } = await world.newCaller();
    const person = await world.people.signIn();
    const body = { userId: person.userId, role: 'viewer' };
    const member = await world.call<Member>('POST', '/v1/members', { key, body });
    for (const url of urls) expect(await statusOf(`${url}/v1/members`, person.token)).toBe(200);
    await world.call('DELETE', `/v1/members/${member.body.id}`, { key });
    const start = performance.now();
    for (const url of urls) while ((await statusOf(`${url}/v1/members`, person.token)) !== 403);
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  });
});

async function liveToken(caller: Caller): Promise<LiveToken> {
  const task = await world.createTask(caller);
  const { body } = await world.call<LiveToken>('POST', `/v1/tasks/${task.id}/live-tokens`, {
    key: caller.key,
    body: { mode: 'view', origin: ORIGIN, actor: { id: 'user_81', label: 'Ana' } },
  });
  return body;
}

describe('a busy key', () => {
  it('is not looked up for each request', async () => {
    const { key } = await world.newCaller();
    await statusOf(`${second.url}/v1/tasks`, key);
    const before = lookedUp;
    const start = performance.now();
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 20 }, () => statusOf(`${second.url}/v1/tasks`, key)));
    }
    const seconds = Math.ceil((performance.now() - start) / 1_000);
    expect(lookedUp - before).toBeLessThanOrEqual(seconds);
  });
});
