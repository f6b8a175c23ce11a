import { decodeId, encodeId, type Problem } from '@cfdi-live/contract';
import { startTestPostgres, type FreshDatabase, type TestPostgres } from '@cfdi-live/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStream } from './stream.ts';
import { openWorld, taskBody, type Caller, type World } from './world.ts';

let postgres: TestPostgres;
let world: World;
let caller: Caller;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const withServer: FreshDatabase = async (options) => ({
    ...(await postgres.freshDatabase(options)),
    drop: () => postgres.stop(),
  });
  world = await openWorld(undefined, withServer);
  caller = await world.newCaller();
});
afterAll(() => world.close());

it('answers 503 without its database, says when to come back, and ends its streams', async () => {
  const reader = await openStream(`${world.url}/v1/events`, caller.key);
  await postgres.stop();
  await reader.ended();

  const post = await world.call<Problem>('POST', '/v1/tasks', { key: caller.key, body: taskBody() });
  expect(post).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } });
  expect(Number(post.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(JSON.stringify(post.body)).not.toMatch(/postgres|ECONN|5432|cfdi_api/i);

  const ready = await world.call('GET', '/health/ready');
  expect(ready).toMatchObject({ status: 503, body: { status: 'down' } });
  expect((await world.call('GET', '/health/live')).status).toBe(200);
});

it('says nothing of a bug of ours', async () => {
  const broken = await openWorld((deps) => ({
    ...deps,
    vault: {
      ...deps.vault,
      get: async () => {
        throw new TypeError('cannot read secret-canary of undefined');
      },
    },
  }));
  try {
    const by = await broken.newCaller();
    const task = await broken.createTask(by);
    const artifact = await broken.putArtifact(by, decodeId('task', task.id)!, {
      name: 'a.xml',
      bytes: new Uint8Array([60]),
    });
    const path = `/v1/artifacts/${encodeId('artifact', artifact)}/content`;
    const answer = await fetch(`${broken.url}${path}`, { headers: { authorization: `Bearer ${by.key}` } });
    const body = (await answer.json()) as Problem;
    expect(answer.status).toBe(500);
    expect(body).toMatchObject({ code: 'internal', errors: [] });
    expect(JSON.stringify([body, broken.logged])).not.toContain('canary');
    const line = broken.logged.find(({ message }) => message === 'request failed');
    expect(line).toMatchObject({ requestId: body.requestId, error: { name: 'TypeError' } });
  } finally {
    await broken.close();
  }
});
