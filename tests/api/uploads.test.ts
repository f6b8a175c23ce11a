/** Files that an integrator hands over: what is taken, what is refused at the door. */
import { MAX_UPLOAD_BYTES, decodeId, type Problem, type Upload } from '@cfdi-live/contract';
import { CfdiLive } from '@cfdi-live/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskCfdi } from '../helpers/invoice.ts';
import { openWorld, type Answer, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

const XML = Buffer.from('<?xml version="1.0"?><cfdi:Comprobante xmlns:cfdi="x"/>');

async function upload<Body = Problem>(
  task: string,
  raw: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  return world.call<Body>('POST', `/v1/tasks/${task}/artifacts`, { key: caller.key, raw, headers });
}

it('an XML is taken, whatever its content type says, once, and waits sealed for a worker', async () => {
  const { id } = await world.createTask(caller);
  const first = await upload<Upload>(id, XML, { 'content-type': 'text/plain' });
  expect(first).toMatchObject({ status: 202, body: { taskId: id, size: XML.length } });
  expect((await upload<Upload>(id, XML)).body.id).toBe(first.body.id);
  const due = await world.worker.system.listDueMails({ limit: 10 });
  expect(due).toContain(decodeId('upload', first.body.id));
});

it('the SDK hands a file over', async () => {
  const { id } = await world.createTask(caller);
  const client = new CfdiLive({ apiKey: caller.key, baseUrl: world.url });
  expect(await client.tasks.uploadArtifact(id, XML)).toMatchObject({ taskId: id, size: XML.length });
  expect(await client.tasks.uploadArtifact(id, new Blob([XML]))).toMatchObject({ size: XML.length });
});

it.each([
  ['JSON', Buffer.from('{"a":1}')],
  ['a web page', Buffer.from('<!doctype html><html></html>')],
  ['nothing', Buffer.alloc(0)],
])('%s is no document', async (_what, bytes) => {
  const { id } = await world.createTask(caller);
  expect(await upload(id, bytes)).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
});

it('more than 8 MB is too large', async () => {
  const { id } = await world.createTask(caller);
  const large = Buffer.alloc(MAX_UPLOAD_BYTES + 1, XML);
  expect(await upload(id, large)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
});

it('a task that has its invoice takes no other', async () => {
  const { id } = await world.createTask(caller);
  await world.worker.withTenant(caller, (tx) => tx.inbox.deliver(decodeId('task', id) ?? '', taskCfdi()));
  expect(await upload(id, XML)).toMatchObject({ status: 409, body: { code: 'task_state_conflict' } });
});

it('a key without artifacts:write may not', async () => {
  const { id } = await world.createTask(caller);
  const reader = await world.newCaller({
    tenantId: caller.tenantId,
    scopes: ['artifacts:read', 'tasks:write'],
  });
  const answer = await world.call('POST', `/v1/tasks/${id}/artifacts`, { key: reader.key, raw: XML });
  expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

it('one Idempotency-Key stands for one file: another one with it is refused', async () => {
  const { id } = await world.createTask(caller);
  const key = { 'idempotency-key': 'upload-1' };
  const first = await upload<Upload>(id, XML, key);
  const again = await upload<Upload>(id, XML, key);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const other = await upload(id, Buffer.concat([XML, Buffer.from(' ')]), key);
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_mismatch' } });
});
