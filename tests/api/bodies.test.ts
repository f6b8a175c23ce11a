import { connect } from 'node:net';
import type { Problem } from '@cfdi-live/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, taskBody, type Answer, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

async function post(
  raw: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer<Problem>> {
  return world.call<Problem>('POST', '/v1/tasks', { key: caller.key, raw, headers });
}

it('refuses a body of 1 MB, announced or not', async () => {
  const announced = await post(JSON.stringify(taskBody({ metadata: { note: 'x'.repeat(1_048_576) } })));
  expect(announced.status).toBe(413);
  expect(announced.body.code).toBe('payload_too_large');

  const chunk = new TextEncoder().encode('x'.repeat(65_536));
  let left = 16;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left === 0) controller.close();
      else controller.enqueue(chunk);
      left -= 1;
    },
  });
  const streamed = await fetch(`${world.url}/v1/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller.key}`, 'content-type': 'application/json' },
    body: endless,
    duplex: 'half',
  } as RequestInit);
  expect(streamed.status).toBe(413);
});

it('reads a body that is far too large to its end, so that its sender reads the answer', async () => {
  const answer = await post('x'.repeat(7_000_000));
  expect(answer.status).toBe(413);
  expect(answer.headers.get('connection')).not.toBe('close');
});

it('does not read an endless one', async () => {
  // Whether the answer arrives before the connection ends is a race that the sender may lose.
  const outcome = await post('x'.repeat(30_000_000)).then(
    ({ status }) => status,
    () => 'hung up',
  );
  expect([413, 'hung up']).toContain(outcome);
  expect((await world.call('GET', '/v1/tasks', { key: caller.key })).status).toBe(200);
});

it('takes a body just below the limit for what it is', async () => {
  const answer = await post(JSON.stringify(taskBody({ metadata: { note: 'x'.repeat(250_000) } })));
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([{ path: 'metadata.note', code: 'too_big' }]);
});

it.each([
  ['nothing', '', 'malformed_json'],
  ['half of it', '{"vendorUrl":', 'malformed_json'],
  ['a key twice', '{"vendorUrl":"a","vendorUrl":"b"}', 'duplicate_key'],
  ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'too_deep'],
  ['100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000), 'too_deep'],
  ['a NUL', '{"externalId":"a\\u0000b"}', 'forbidden_character'],
  ['half of a pair', '{"externalId":"\\ud83d"}', 'forbidden_character'],
  ['a prototype', '{"metadata":{"__proto__":"x"}}', 'forbidden_key'],
  ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'invalid_utf8'],
])('refuses %s', async (_what, raw, code) => {
  const answer = await post(raw);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ path: '', code }] });
});

it.each(['null', '[]', '"text"', '1', 'true'])('refuses the body %s', async (raw) => {
  const answer = await post(raw);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([{ path: '', code: 'invalid_type' }]);
});

it('repeats nothing of a wrong body', async () => {
  const secret = 'CACX7605101P8';
  const answer = await post(
    JSON.stringify({ vendorUrl: secret, ticketData: { amount: secret }, x: [secret] }),
  );
  expect(JSON.stringify(answer.body)).not.toContain(secret);
  expect(JSON.stringify(world.logged)).not.toContain(secret);
});

it('wants JSON by name', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    const answer = await post(JSON.stringify(taskBody()), { 'content-type': type });
    expect(answer.status, type).toBe(415);
    expect(answer.body.code).toBe('unsupported_media_type');
  }
  const charset = await post(JSON.stringify(taskBody()), {
    'content-type': 'application/json; charset=utf-8',
  });
  expect(charset.status).toBe(201);
});

it('keeps metadata as it was given, whatever its keys are called', async () => {
  const metadata = { constructor: 'a', toString: 'b', 'x.y': 'c' };
  const answer = await world.call<{ metadata: unknown }>('POST', '/v1/tasks', {
    key: caller.key,
    body: taskBody({ metadata }),
  });
  expect(answer.status).toBe(201);
  expect(answer.body.metadata).toEqual(metadata);
});

it('survives a client that hangs up in the middle of its body', async () => {
  world.logged.length = 0;
  const { hostname, port } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${caller.key}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"vendor`,
    () => socket.destroy(),
  );
  await new Promise((resolve) => socket.on('close', resolve));
  const cutOff = (): boolean =>
    world.logged.some((line) => line.message === 'request' && 'status' in line && line.status === 400);
  await expect.poll(cutOff).toBe(true);
  expect(world.logged.map(({ message }) => message)).not.toContain('request failed');
  expect((await world.call('GET', '/v1/tasks', { key: caller.key })).status).toBe(200);
});
