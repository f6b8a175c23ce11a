/** People in the loop, as callers of the API meet it. */
import { decodeId, newUuid, type LiveToken, type Problem, type Task } from '@cfdi-live/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atWork, parked } from '../db/parking.ts';
import { asSuperuser } from '../db/support.ts';
import { openWorld, type Answer, type Caller, type World } from './world.ts';

const ORIGIN = 'https://app.example.com';
const ANA = { id: 'user_81', label: 'Ana Belén Ñandú' };

type Verb = 'pause' | 'resume' | 'answer' | 'takeover';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  caller = await world.newCaller();
});

const databases = () => ({ api: world.database, worker: world.worker, scope: caller });
const ask = (
  taskId: string,
  verb: Verb,
  {
    key = caller.key,
    headers,
    value = '7K2QF',
  }: { key?: string; headers?: Record<string, string>; value?: string } = {},
): Promise<Answer<Task & Pick<Problem, 'code'>>> =>
  world.call('POST', `/v1/tasks/${taskId}/${verb}`, {
    key,
    ...(headers === undefined ? {} : { headers }),
    ...(verb === 'answer' ? { body: { value } } : {}),
  });
const get = async (taskId: string) =>
  (await world.call<Task>('GET', `/v1/tasks/${taskId}`, { key: caller.key })).body;

async function waiting(overrides: Parameters<typeof parked>[1] = {}): Promise<string> {
  const { task } = await parked(databases(), overrides);
  return publicId(task.id);
}

async function working(): Promise<string> {
  return publicId((await atWork(databases())).taskId);
}

async function publicId(taskId: string): Promise<string> {
  const { body } = await world.call<{ data: Task[] }>('GET', '/v1/tasks', { key: caller.key });
  const found = body.data.find(({ id }) => decodeId('task', id) === taskId);
  if (found === undefined) throw new Error('no such task');
  return found.id;
}

async function liveToken(taskId: string, actor = ANA, mode: LiveToken['mode'] = 'control') {
  const { body } = await world.call<LiveToken>('POST', `/v1/tasks/${taskId}/live-tokens`, {
    key: caller.key,
    body: { mode, origin: ORIGIN, actor },
  });
  return { id: body.id, key: body.token ?? '', headers: { origin: ORIGIN } };
}

describe('a task that waits for a person', () => {
  it('says what for, until when, and in whose hands it is', async () => {
    const id = await waiting();
    const task = await get(id);
    expect(task).toMatchObject({
      status: 'INTERVENTION_NEEDED',
      pauseRequested: false,
      control: null,
      intervention: {
        reason: 'captcha',
        message: { es: 'Necesitamos tu ayuda: escribe los caracteres de la imagen.' },
        vendorMessage: 'Escriba el texto de la imagen',
        park: 'warm',
        answerable: true,
      },
    });
    expect(Date.parse(task.intervention!.until)).toBeGreaterThan(Date.parse(task.intervention!.since));
  });

  it('without its browser asks for more than a text', async () => {
    const { intervention } = await get(await waiting({ sessionId: null }));
    expect(intervention).toMatchObject({ park: 'cold', answerable: false });
    expect(intervention?.message.es).toContain('toma el control');
  });
});

describe('answering', () => {
  it('sends the task on, and leaves the answer nowhere in clear', async () => {
    const id = await waiting();
    const value = `secret-${newUuid()}`;
    const answer = await ask(id, 'answer', { value, headers: { 'idempotency-key': 'answer-1' } });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ status: 'QUEUED', intervention: null });
    const replay = await ask(id, 'answer', { value, headers: { 'idempotency-key': 'answer-1' } });
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    for (const table of ['automation_tasks', 'audit_log', 'task_events', 'idempotency_keys']) {
      const rows = await asSuperuser<{ row: string }>(
        world.test,
        `select row_to_json(t)::text as row from ${table} t`,
      );
      expect(rows.map(({ row }) => row).join('\n'), table).not.toContain(value);
    }
    expect(JSON.stringify(world.logged)).not.toContain(value);
    const [entry] = await asSuperuser(
      world.test,
      `select actor, action, details from audit_log where subject_id = $1`,
      [decodeId('task', id)],
    );
    expect(entry).toEqual({
      actor: `api_key:${caller.keyId}`,
      action: 'task.answered',
      details: { status: 'QUEUED' },
    });
  });

  it('is refused where no text helps, and where nothing is asked', async () => {
    const stuck = await ask(await waiting({ answerable: false }), 'answer');
    expect([stuck.status, stuck.body.code]).toEqual([409, 'task_state_conflict']);
    const busy = await ask(await working(), 'answer');
    expect([busy.status, busy.body.code]).toEqual([409, 'task_state_conflict']);
    for (const value of ['', ' ', 'x'.repeat(201), 'a\nb'])
      expect((await ask(await waiting(), 'answer', { value })).status, JSON.stringify(value)).toBe(400);
  });
});

describe('taking over', () => {
  it('is for one at a time, and handed back by resuming', async () => {
    const id = await waiting();
    const ana = await liveToken(id);
    const taken = await ask(id, 'takeover', ana);
    expect(taken.status).toBe(200);
    expect(taken.body.control).toMatchObject({
      holder: { type: 'live_token', id: ana.id, label: ANA.label },
      since: expect.any(String),
    });
    for (const verb of ['takeover', 'resume', 'answer'] as const) {
      const held = await ask(id, verb);
      expect([held.status, held.body.code], verb).toEqual([409, 'lease_held']);
    }
    expect((await ask(id, 'takeover', ana)).status).toBe(200);
    const resumed = await ask(id, 'resume', ana);
    expect(resumed.status).toBe(202);
    expect(resumed.body).toMatchObject({ status: 'QUEUED', control: null });
    const events = await world.call<{ data: { type: string; data: unknown }[] }>(
      'GET',
      `/v1/tasks/${id}/events?limit=100`,
      { key: caller.key },
    );
    const told = events.body.data.filter(({ type }) => /takeover|resumed/.test(type));
    const by = { type: 'live_token', id: ana.id };
    expect(told.map(({ type, data }) => [type, data])).toEqual(
      expect.arrayContaining([
        ['task.takeover_started', { status: 'INTERVENTION_NEEDED', by }],
        ['task.takeover_ended', { status: 'QUEUED', by, reason: 'resumed' }],
        ['task.resumed', { status: 'QUEUED', by }],
      ]),
    );
    expect(JSON.stringify(events.body)).not.toContain(ANA.label);
  });

  it('goes on with the next token of the same person, and of nobody else', async () => {
    const id = await waiting();
    const [first, second, other] = [
      await liveToken(id),
      await liveToken(id),
      await liveToken(id, { id: 'user_82', label: 'Beto' }),
    ];
    expect((await ask(id, 'takeover', first)).status).toBe(200);
    expect((await ask(id, 'takeover', other)).body.code).toBe('lease_held');
    const renewed = await ask(id, 'takeover', second);
    expect(renewed.status).toBe(200);
    expect(renewed.body.control?.holder.id).toBe(second.id);
    // The first one is the same person still.
    expect((await ask(id, 'resume', first)).status).toBe(202);
  });

  it('of a task at work is promised, and can be taken back', async () => {
    const id = await working();
    const wanted = await ask(id, 'takeover');
    expect(wanted.status).toBe(202);
    expect(wanted.body).toMatchObject({
      status: 'RUNNING',
      pauseRequested: true,
      control: { holder: { type: 'api_key', label: null }, since: null },
    });
    const ana = await liveToken(id);
    expect((await ask(id, 'takeover', ana)).body.code).toBe('lease_held');
    const back = await ask(id, 'resume');
    expect(back.body).toMatchObject({ status: 'RUNNING', pauseRequested: false, control: null });
    expect((await ask(id, 'resume')).body.code).toBe('task_state_conflict');
  });

  it('of a cold task sends it on its way to another browser', async () => {
    const id = await waiting({ sessionId: null });
    const wanted = await ask(id, 'takeover');
    expect(wanted.status).toBe(202);
    expect(wanted.body).toMatchObject({ status: 'PENDING', control: { since: null } });
    expect((await ask(id, 'takeover')).status).toBe(202);
  });

  it('needs a browser to come, and a token that may act', async () => {
    const { id } = await world.createTask(caller);
    expect((await ask(id, 'takeover')).body.code).toBe('task_state_conflict');
    await world.call('POST', `/v1/tasks/${id}/cancel`, { key: caller.key });
    for (const verb of ['pause', 'resume', 'answer', 'takeover'] as const)
      expect((await ask(id, verb)).body.code, verb).toBe('task_state_conflict');
    const parkedId = await waiting();
    const viewer = await liveToken(parkedId, ANA, 'view');
    for (const verb of ['pause', 'resume', 'answer', 'takeover'] as const)
      expect((await ask(parkedId, verb, viewer)).status, verb).toBe(403);
  });
});

describe('pausing', () => {
  it('asks a task at work, and is remembered until it can', async () => {
    const id = await working();
    const asked = await ask(id, 'pause');
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ status: 'RUNNING', pauseRequested: true });
    expect((await ask(id, 'pause')).status).toBe(202);
    expect((await ask(id, 'resume')).body).toMatchObject({ status: 'RUNNING', pauseRequested: false });
  });

  it('has nothing to do with a task that waits for a browser', async () => {
    const { id } = await world.createTask(caller);
    expect((await ask(id, 'pause')).body.code).toBe('task_state_conflict');
  });
});

describe('a page with a live token', () => {
  it('can read every answer to an Idempotency-Key: the first, those at the same time, its replay, and a mismatch', async () => {
    const id = await waiting();
    const ana = await liveToken(id);
    const headers = { ...ana.headers, 'idempotency-key': newUuid() };
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => ask(id, 'answer', { ...ana, headers })));
    const first = atOnce.find(({ status }) => status === 202)!;
    const replay = await ask(id, 'answer', { ...ana, headers });
    const mismatch = await ask(id, 'answer', { ...ana, headers, value: 'OTHER' });
    expect([first.status, replay.status, mismatch.status]).toEqual([202, 202, 409]);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect(mismatch.body.code).toBe('idempotency_mismatch');
    for (const answer of [...atOnce, replay, mismatch]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(answer.headers.get('vary')).toContain('origin');
    }
  });
});
