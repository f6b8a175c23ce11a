import { decodeId, failure, newUuid, type Artifact, type Problem, type Task } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  daysAgo,
  openWorld,
  PORTAL_URLS,
  PROFILE,
  taskBody,
  type Caller,
  type List,
  type World,
} from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

describe('creating a task', () => {
  it("answers the design's own request with 201", async () => {
    const profile = await world.createProfile(caller);
    const ticketData = { amount: 348.5, date: daysAgo(2), concept: 'Consumo', folio: 'A-10293' };
    const answer = await world.call<Task>('POST', '/v1/tasks', {
      key: caller.key,
      body: { vendorUrl: 'https://facturacion.example.com.mx/', ticketData, profileId: profile.id },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/tasks/${answer.body.id}`);
    expect(answer.body).toMatchObject({ status: 'PENDING', mode: 'live', ticketData, attempt: 0 });
    expect(answer.body.profileId).toBe(profile.id);
    expect(world.hints).toContain('admit');
    const read = await world.call<Task>('GET', `/v1/tasks/${answer.body.id}`, { key: caller.key });
    expect(read.body).toEqual(answer.body);
  });

  it('takes everything that a task may carry', async () => {
    const deadline = new Date(Date.now() + 86_400_000).toISOString();
    const task = await world.createTask(caller, {
      externalId: 'order 1',
      priority: 10,
      deadline,
      cfdiUse: 'S01',
      metadata: { order: '1', note: 'ñ' },
      options: { maxSteps: 20, timeoutSeconds: 60, intervention: 'fail' },
    });
    expect(task).toMatchObject({
      externalId: 'order 1',
      priority: 10,
      deadline,
      metadata: { order: '1', note: 'ñ' },
      options: { maxSteps: 20, timeoutSeconds: 60, intervention: 'fail', decide: 'auto' },
    });
  });

  it('gives a ticket one task, however it is spelled', async () => {
    const ticketData = { amount: 10, date: daysAgo(1), folio: 'AB-00123' };
    const first = await world.createTask(caller, { ticketData });
    const second = await world.call<Problem>('POST', '/v1/tasks', {
      key: caller.key,
      body: taskBody({ ticketData: { ...ticketData, folio: 'ab 00123' } }),
    });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'duplicate_ticket', taskId: first.id });
  });

  it('gives an externalId once per mode', async () => {
    const first = await world.createTask(caller, { externalId: 'order 2' });
    const second = await world.call<Problem>('POST', '/v1/tasks', {
      key: caller.key,
      body: taskBody({ externalId: 'order 2' }),
    });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'external_id_taken', taskId: first.id });
    const inTest = await world.newCaller({ mode: 'test', tenantId: caller.tenantId });
    await world.createTask(inTest, { externalId: 'order 2' });
  });

  it.each([
    ['a private literal', 'http://127.0.0.1/', 'private_address'],
    ['one in another notation', 'http://0x7f.1/', 'private_address'],
    ['a local name', 'http://localhost:8080/', 'private_name'],
    ['a public name of a private address', 'https://inside.example.com/', 'private_address'],
    ['a name that nobody knows', 'https://nowhere.example.com/', 'host_not_found'],
    ['a login', 'https://user:pass@facturacion.example.com.mx/', 'login_in_url'],
  ])('does not visit %s', async (_what, vendorUrl, code) => {
    const answer = await world.call<Problem>('POST', '/v1/tasks', {
      key: caller.key,
      body: taskBody({ vendorUrl }),
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'url_not_allowed', errors: [{ path: 'vendorUrl', code }] });
  });

  it.each([
    ['test', PORTAL_URLS.live, 'outside_sandbox'],
    ['test', 'http://portal.localhost:4000/', 'outside_sandbox'],
    ['test', 'http://sandbox.localhost:4101/', 'private_name'],
    ['live', PORTAL_URLS.test, 'sandbox_host'],
    ['live', 'http://SANDBOX.localhost.:4100/x', 'sandbox_host'],
  ] as const)('of a %s key at %s is refused', async (mode, vendorUrl, code) => {
    const by = await world.newCaller({ mode });
    const answer = await world.call<Problem>('POST', '/v1/tasks', {
      key: by.key,
      body: taskBody({ vendorUrl }),
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'url_not_allowed', errors: [{ path: 'vendorUrl', code }] });
    if (code !== 'private_name') expect(answer.body.errors[0]?.message).toMatch(/a (test|live) key/);
  });

  it('visits the sandbox with a test key', async () => {
    const by = await world.newCaller({ mode: 'test' });
    await expect(world.createTask(by)).resolves.toMatchObject({ mode: 'test', vendorUrl: PORTAL_URLS.test });
  });

  it('visits a private host that is listed', async () => {
    await world.createTask(caller, { vendorUrl: 'http://portal.localhost:4000/' });
  });

  it('refuses a ticket of another year or of the day after tomorrow', async () => {
    for (const [date, code] of [
      [daysAgo(500), 'date_too_old'],
      [daysAgo(-3), 'date_in_future'],
    ] as const) {
      const answer = await world.call<Problem>('POST', '/v1/tasks', {
        key: caller.key,
        body: taskBody({ ticketData: { amount: 1, date } }),
      });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({
        code: 'ticket_invalid',
        errors: [{ path: 'ticketData.date', code }],
      });
    }
  });

  it('refuses a profile that SAT would refuse, at the field that is wrong', async () => {
    const bad: [Record<string, unknown>, string, string][] = [
      [{ profile: { ...PROFILE, rfc: 'CACX7613101P8' } }, 'profile.rfc', 'rfc_malformed'],
      [{ profile: { ...PROFILE, fiscalRegime: '605' } }, 'profile.cfdiUse', 'use_not_for_regime'],
      [{ cfdiUse: 'CP01' }, 'cfdiUse', 'use_never_on_ticket'],
    ];
    for (const [overrides, path, code] of bad) {
      const answer = await world.call<Problem>('POST', '/v1/tasks', {
        key: caller.key,
        body: taskBody(overrides),
      });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code: 'profile_invalid', errors: [{ path, code }] });
    }
  });

  it('refuses a profile of nobody, and a deadline that has passed', async () => {
    const unknown = await world.call<Problem>('POST', '/v1/tasks', {
      key: caller.key,
      body: taskBody({ profile: undefined, profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' }),
    });
    expect(unknown.status).toBe(404);
    expect(unknown.body.errors).toMatchObject([{ path: 'profileId', code: 'not_found' }]);
    const late = await world.call<Problem>('POST', '/v1/tasks', {
      key: caller.key,
      body: taskBody({ deadline: '2026-01-01T00:00:00Z' }),
    });
    expect(late.body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'deadline' }] });
  });

  it('answers 400 to what does not fit the schema, with the path', async () => {
    const bad: [Record<string, unknown>, string][] = [
      [taskBody({ retries: 3 }), 'retries'],
      [taskBody({ ticketData: { amount: -5, date: daysAgo(1) } }), 'ticketData.amount'],
      [taskBody({ ticketData: { amount: 1.005, date: daysAgo(1) } }), 'ticketData.amount'],
      [taskBody({ ticketData: { amount: '5', date: daysAgo(1) } }), 'ticketData.amount'],
      [taskBody({ ticketData: { amount: 5, date: '20/11/2026' } }), 'ticketData.date'],
      [taskBody({ ticketData: { amount: 5, date: daysAgo(1), folio: 'a\u0007b' } }), 'ticketData.folio'],
      [taskBody({ vendorUrl: 'ftp://facturacion.example.com.mx/' }), 'vendorUrl'],
      [taskBody({ profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' }), 'profileId'],
      [taskBody({ priority: 11 }), 'priority'],
    ];
    for (const [body, path] of bad) {
      const answer = await world.call<Problem>('POST', '/v1/tasks', { key: caller.key, body });
      expect(answer.status, path).toBe(400);
      expect(answer.body.errors, path).toMatchObject([{ path }]);
    }
  });
});

describe('reading tasks', () => {
  it('lists by page, newest first, and filters', async () => {
    const own = await world.newCaller();
    const made: Task[] = [];
    for (let i = 0; i < 5; i += 1) made.push(await world.createTask(own, { externalId: `n${i}` }));
    const newestFirst = made.map(({ id }) => id).reverse();

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&after=${cursor}`;
      const page = await world.call<List<Task>>('GET', `/v1/tasks?limit=2${after}`, { key: own.key });
      expect(page.body.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.data.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(newestFirst);

    const byId = await world.call<List<Task>>('GET', '/v1/tasks?externalId=n3', { key: own.key });
    expect(byId.body.data.map(({ externalId }) => externalId)).toEqual(['n3']);
    const failed = await world.call<List<Task>>('GET', '/v1/tasks?status=FAILED', { key: own.key });
    expect(failed.body).toEqual({ data: [], hasMore: false, nextCursor: null });
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'status=DONE',
    'status=FAILED&status=DONE',
    'after=garbage',
    'sort=asc',
    'createdAfter=now',
    'createdBefore=2026-11-20',
    'profileId=prof_1',
    'vendorId=42',
    'metadata=1',
    'metadata[]=1',
    `metadata[${'k'.repeat(41)}]=1`,
    'metadata[a]=1&metadata[a]=2',
    'meta[a]=1',
  ])('refuses ?%s', async (query) => {
    const answer = await world.call<Problem>('GET', `/v1/tasks?${query}`, { key: caller.key });
    expect(answer.status).toBe(400);
    // Of a name that is given several times, the value that is wrong.
    expect(answer.body.errors.map(({ path }) => path.replace(/\.\d+$/, ''))).toEqual([query.split('=')[0]]);
  });

  it('shows the steps and files of a run', async () => {
    const task = await world.createTask(caller);
    const taskId = decodeId('task', task.id)!;
    await world.worker.system.admit({ maxSessions: 1_000 });
    const claim = await world.worker.system.claim({ taskId, workerId: 'w', leaseMs: 60_000 });
    await world.worker.withTenant(caller, (tx) =>
      tx.tasks.addStep(claim!.run, {
        id: newUuid(),
        index: 1,
        type: 'input',
        summary: 'types {{rfc}} into "RFC"',
        planner: 'form',
        confidence: 0.9,
        durationMs: 12,
        tokens: 0,
        costUsd: 0,
        screenshotArtifactId: null,
      }),
    );
    const bytes = new TextEncoder().encode('<cfdi:Comprobante Nombre="Ñandú"/>');
    await world.putArtifact(caller, taskId, { name: 'Factura "Ñ".xml', bytes });

    const steps = await world.call<List<{ summary: string }>>('GET', `/v1/tasks/${task.id}/steps`, {
      key: caller.key,
    });
    expect(steps.body.data).toMatchObject([{ summary: 'types {{rfc}} into "RFC"', planner: 'form' }]);
    const running = await world.call<Task>('GET', `/v1/tasks/${task.id}`, { key: caller.key });
    expect(running.body).toMatchObject({ status: 'RUNNING' });

    const files = await world.call<List<Artifact>>('GET', `/v1/tasks/${task.id}/artifacts`, {
      key: caller.key,
    });
    const file = files.body.data[0]!;
    expect(file).toMatchObject({ taskId: task.id, kind: 'xml', size: bytes.byteLength });
    const one = await world.call<Artifact>('GET', `/v1/artifacts/${file.id}`, { key: caller.key });
    expect(one.body).toEqual(file);

    const content = await fetch(`${world.url}/v1/artifacts/${file.id}/content`, {
      headers: { authorization: `Bearer ${caller.key}` },
    });
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(bytes);
    expect(content.headers.get('content-type')).toBe('application/xml');
    expect(content.headers.get('content-disposition')).toBe(
      `attachment; filename="Factura ___.xml"; filename*=UTF-8''Factura%20%22%C3%91%22.xml`,
    );
    expect(content.headers.get('content-security-policy')).toContain('sandbox');
    expect(content.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('cancelling a task', () => {
  it('ends a waiting task, and a second time changes nothing', async () => {
    const task = await world.createTask(caller);
    const first = await world.call<Task>('POST', `/v1/tasks/${task.id}/cancel`, { key: caller.key });
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ status: 'CANCELLED', failure: { code: 'cancelled_by_user' } });
    const second = await world.call<Task>('POST', `/v1/tasks/${task.id}/cancel`, { key: caller.key });
    expect(second).toMatchObject({ status: 202, body: { status: 'CANCELLED' } });
  });

  it('asks a running task to stop', async () => {
    const task = await world.createTask(caller);
    await world.worker.system.admit({ maxSessions: 1_000 });
    await world.worker.system.claim({ taskId: decodeId('task', task.id)!, workerId: 'w', leaseMs: 60_000 });
    const answer = await world.call<Task>('POST', `/v1/tasks/${task.id}/cancel`, { key: caller.key });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ status: 'RUNNING', cancelRequested: true });
  });

  it('does not undo an end', async () => {
    const task = await world.createTask(caller);
    const taskId = decodeId('task', task.id)!;
    await world.worker.system.admit({ maxSessions: 1_000 });
    const claim = await world.worker.system.claim({ taskId, workerId: 'w', leaseMs: 60_000 });
    await world.worker.withTenant(caller, (tx) =>
      tx.tasks.endRun(claim!.run, { on: 'fail', failure: failure('ticket_not_found') }),
    );
    const answer = await world.call<Problem>('POST', `/v1/tasks/${task.id}/cancel`, { key: caller.key });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('task_state_conflict');
    const read = await world.call<Task>('GET', `/v1/tasks/${task.id}`, { key: caller.key });
    expect(read.body).toMatchObject({
      status: 'FAILED',
      failure: { code: 'ticket_not_found', whoMustAct: 'integrator' },
    });
  });
});
