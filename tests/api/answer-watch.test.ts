import { encodeId, newUuid } from '@cfdi-live/contract';
import { expect, it } from 'vitest';
import { exampleOfProblem } from '../../api/src/problem-examples.ts';
import { watchAnswers } from '../helpers/answer-watch.ts';

/** A server that answers every request alike. */
function answering(body: string, init: { status?: number; type?: string; version?: boolean } = {}) {
  const { status = 200, type = 'application/json', version = true } = init;
  const headers = { 'content-type': type, ...(version ? { 'api-version': '1' } : {}) };
  return watchAnswers(async () => new Response(body, { status, headers }));
}

const event = {
  id: encodeId('event', newUuid()),
  type: 'task.queued',
  createdAt: '2026-11-20T18:30:00.000Z',
  mode: 'test',
  taskId: encodeId('task', newUuid()),
  externalId: null,
  sequence: 2,
  data: { status: 'QUEUED' },
};
const list = JSON.stringify({ data: [event], hasMore: false, nextCursor: event.id });
const frame = (it: object) => `id: 1\nevent: task.queued\ndata: ${JSON.stringify(it)}\n\n`;
const EVENTS = 'http://api.example/v1/events?limit=1';

it('lets through what the document describes, unchanged', async () => {
  const watch = answering(list);
  expect(await (await watch.fetch(EVENTS)).text()).toBe(list);
  expect(await watch.violations()).toEqual([]);
});

it('notes a field that is not described, once', async () => {
  const watch = answering(
    JSON.stringify({ data: [{ ...event, rfc: 'x' }], hasMore: false, nextCursor: null }),
  );
  await watch.fetch(EVENTS);
  expect(await watch.violations()).toEqual([expect.stringContaining('GET /v1/events 200')]);
  expect(await watch.violations()).toEqual([]);
});

it('notes a status, and a code of a status, that an operation does not name', async () => {
  const teapot = answering('{}', { status: 418 });
  await teapot.fetch(EVENTS);
  expect(await teapot.violations()).toEqual([expect.stringContaining('names no 418')]);

  const problem = JSON.stringify(exampleOfProblem('idempotency_mismatch'));
  const conflict = answering(problem, { status: 409, type: 'application/problem+json' });
  await conflict.fetch(new URL('http://api.example/v1/tasks'), { method: 'post' });
  expect(await conflict.violations()).toEqual([]);
  const held = JSON.stringify(exampleOfProblem('lease_held'));
  const other = answering(held, { status: 409, type: 'application/problem+json' });
  await other.fetch(new Request('http://api.example/v1/tasks', { method: 'POST' }));
  expect(await other.violations()).toEqual([expect.stringContaining('names no 409 lease_held')]);
});

it('notes an event of a stream that is not described, and passes the stream on', async () => {
  const text = `${frame(event)}: heartbeat\n\nid:\nevent: reset\ndata: {"reason":"unknown_event"}\n\n`;
  const watch = answering(text, { type: 'text/event-stream' });
  expect(await (await watch.fetch(EVENTS)).text()).toBe(text);
  expect(await watch.violations()).toEqual([]);

  const odd = answering(frame({ ...event, profile: {} }), { type: 'text/event-stream' });
  await (await odd.fetch(EVENTS)).text();
  expect(await odd.violations()).toEqual([expect.stringContaining('Event')]);
});

it('notes a webhook that is not described', async () => {
  const watch = answering('');
  watch.webhook(JSON.stringify(event));
  expect(await watch.violations()).toEqual([]);
  watch.webhook(JSON.stringify({ ...event, data: {} }));
  expect(await watch.violations()).toEqual([expect.stringContaining('webhook: ')]);
});

it('leaves alone what is not an answer of ours', async () => {
  const watch = answering('{"anything":1}', { version: false });
  await watch.fetch(EVENTS);
  expect(await watch.violations()).toEqual([]);
});
