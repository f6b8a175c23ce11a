import {
  decodeId,
  failure,
  newUuid,
  type Event,
  type FailureCode,
  type Problem,
  type Session,
  type Task,
} from '@cfdi-live/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asSuperuser, claimed } from '../db/support.ts';
import { taskCfdi } from '../helpers/invoice.ts';
import { daysAgo, openWorld, PROFILE, type Answer, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  caller = await world.newCaller();
});

const uuidOf = (task: Pick<Task, 'id'>): string => decodeId('task', task.id)!;

async function fail(task: Pick<Task, 'id'>, code: FailureCode = 'portal_unknown'): Promise<void> {
  const { run } = await claimed(world.worker, uuidOf(task));
  await world.worker.withTenant(caller, (tx) => tx.tasks.endRun(run, { on: 'fail', failure: failure(code) }));
}

async function failed(overrides: Record<string, unknown> = {}): Promise<Task> {
  const task = await world.createTask(caller, overrides);
  await fail(task);
  return task;
}

function retry<Body = Task>(task: Pick<Task, 'id'>, body: unknown = {}, by = caller): Promise<Answer<Body>> {
  return world.call<Body>('POST', `/v1/tasks/${task.id}/retry`, { key: by.key, body });
}

const statuses = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('a retry', () => {
  it('is a new task of the same ticket, with all else as it was', async () => {
    const first = await failed({
      externalId: 'order 7',
      priority: 9,
      metadata: { order: '7' },
      options: { maxSteps: 20 },
      cfdiUse: 'S01',
    });
    const { status, body, headers } = await retry(first);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/tasks/${body.id}`);
    expect(body).toMatchObject({
      status: 'PENDING',
      retryOf: first.id,
      retryCount: 1,
      externalId: null,
      ticketData: first.ticketData,
      vendorUrl: first.vendorUrl,
      priority: 9,
      metadata: { order: '7' },
      options: { maxSteps: 20 },
      attempt: 0,
      failure: null,
    });
    expect((await world.call<Task>('GET', `/v1/tasks/${body.id}`, { key: caller.key })).body).toEqual(body);
    const [before, after] = await world.database.withTenant(caller, async (tx) => [
      await tx.tasks.get(uuidOf(first)),
      await tx.tasks.get(uuidOf(body)),
    ]);
    expect(after!.ticketId).toBe(before!.ticketId);
    expect(after!.profile).toEqual({ ...PROFILE, cfdiUse: 'S01' });
    const events = await world.call<List<Event>>('GET', `/v1/tasks/${body.id}/events`, { key: caller.key });
    expect(events.body.data.map(({ type }) => type)).toEqual(['task.created']);
  });

  it('takes corrected values, and stays with the ticket where they identify it', async () => {
    const first = await failed();
    const ticketData = { ...first.ticketData, amount: 999.5, concept: 'Gasolina' };
    const { status, body } = await retry(first, { ticketData });
    expect(status).toBe(201);
    expect(body.ticketData).toEqual(ticketData);
    const [before, after] = await world.database.withTenant(caller, async (tx) => [
      await tx.tasks.get(uuidOf(first)),
      await tx.tasks.get(uuidOf(body)),
    ]);
    expect(after!.ticketId).toBe(before!.ticketId);
  });

  it('of a corrected folio is another ticket, which must be free as well', async () => {
    const [first, other] = [await failed(), await world.createTask(caller)];
    const taken = await retry<Problem>(first, { ticketData: other.ticketData });
    expect(taken).toMatchObject({ status: 409, body: { code: 'duplicate_ticket', taskId: other.id } });
    const folio = `C-${newUuid().slice(-12)}`;
    const { status, body } = await retry(first, { ticketData: { ...first.ticketData, folio } });
    expect([status, body.ticketData.folio]).toEqual([201, folio]);
  });

  it('takes a profile as it stands now, or as the request gives it', async () => {
    const profile = await world.createProfile(caller);
    const first = await failed();
    const second = await retry(first, { profileId: profile.id });
    expect(second.body.profileId).toBe(profile.id);
    await fail(second.body);
    const third = await retry(second.body, { profile: { ...PROFILE, postalCode: '06000' } });
    expect(third.body.profileId).toBeNull();
    const row = await world.database.withTenant(caller, (tx) => tx.tasks.get(uuidOf(third.body)));
    expect(row!.profile.postalCode).toBe('06000');
    await fail(third.body);
    // Without a word about it, the profile that the task before was made with.
    const fourth = await retry(third.body);
    const kept = await world.database.withTenant(caller, (tx) => tx.tasks.get(uuidOf(fourth.body)));
    expect(kept!.profile.postalCode).toBe('06000');
  });

  it('is in the audit, with who asked for it', async () => {
    const first = await failed();
    const { body } = await retry(first);
    const rows = await asSuperuser(
      world.test,
      `select actor, details from public.audit_log where action = 'task.retried' and subject_id = $1`,
      [uuidOf(first)],
    );
    expect(rows).toEqual([
      { actor: `api_key:${caller.keyId}`, details: { retry: uuidOf(body), retryCount: 1 } },
    ]);
  });

  it('made ten times at once is made once', async () => {
    const first = await failed();
    const answers = await Promise.all(Array.from({ length: 10 }, () => retry<unknown>(first)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    const { id } = made[0]!.body as Task;
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'duplicate_ticket', taskId: id } });
    }
  });

  it('asked for again with its Idempotency-Key answers the same', async () => {
    const first = await failed();
    const ask = () =>
      world.call<Task>('POST', `/v1/tasks/${first.id}/retry`, {
        key: caller.key,
        body: {},
        headers: { 'idempotency-key': 'retry-1' },
      });
    const [made, again] = [await ask(), await ask()];
    expect([made.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(made.body);
  });

  it('with ten corrections at once is made once, for one of them', async () => {
    const first = await failed();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        retry(first, { ticketData: { ...first.ticketData, folio: `D-${newUuid().slice(-9)}-${i}` } }),
      ),
    );
    expect(statuses(answers)).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it('and a new task of the same ticket at once make one task', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await failed();
      const { vendorUrl, ticketData } = first;
      const answers = await Promise.all([
        retry<unknown>(first),
        world.call<unknown>('POST', '/v1/tasks', {
          key: caller.key,
          body: { vendorUrl, ticketData, profile: PROFILE },
        }),
      ]);
      expect(statuses(answers)).toEqual([201, 409]);
    }
  });
});

describe('no retry is made', () => {
  async function refusal(task: Pick<Task, 'id'>, body?: unknown): Promise<unknown[]> {
    const answer = await retry<Problem>(task, body);
    return [answer.status, answer.body.code];
  }

  it('of a task that lives, or that brought its invoice', async () => {
    const task = await world.createTask(caller);
    expect(await refusal(task)).toEqual([409, 'task_state_conflict']);
    const { run } = await claimed(world.worker, uuidOf(task));
    expect(await refusal(task)).toEqual([409, 'task_state_conflict']);
    const cfdi = taskCfdi();
    await world.worker.withTenant(caller, async (tx) => {
      await tx.tickets.issued(run, cfdi.uuid);
      await tx.tasks.endRun(run, { on: 'complete', cfdi });
    });
    expect(await refusal(task)).toEqual([409, 'task_state_conflict']);
  });

  it('while the ticket is in doubt, or once its invoice exists, corrected or not', async () => {
    for (const [state, code] of [
      ['in_doubt', 'ticket_in_doubt'],
      ['issued', 'duplicate_ticket'],
    ] as const) {
      const task = await world.createTask(caller);
      const { run } = await claimed(world.worker, uuidOf(task));
      await world.worker.withTenant(caller, async (tx) => {
        await tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 100 });
        if (state === 'issued') await tx.tickets.issued(run, newUuid());
        else await tx.tickets.settle(run, { state });
        await tx.tasks.endRun(run, { on: 'fail', failure: failure('outcome_unknown') });
      });
      expect(await refusal(task)).toEqual([409, code]);
      const ticketData = { ...task.ticketData, folio: `E-${newUuid().slice(-12)}` };
      expect(await refusal(task, { ticketData })).toEqual([409, code]);
    }
  });

  it('of a task that was retried: its retry is retried, five times', async () => {
    const first = await failed();
    let last: Task = first;
    for (let count = 1; count <= 5; count += 1) {
      const { body } = await retry(last);
      expect(body.retryCount).toBe(count);
      await fail(body);
      last = body;
    }
    const again = await retry<Problem>(first);
    expect(again).toMatchObject({ status: 409, body: { code: 'task_state_conflict' } });
    expect(again.body.taskId).toMatch(/^task_/);
    expect(await refusal(last)).toEqual([409, 'task_state_conflict']);
  });

  it('of what is not there, is another tenant’s, or of the other mode', async () => {
    const task = await failed();
    const stranger = await world.newCaller();
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    for (const by of [stranger, otherMode]) {
      const answer = await retry<Problem>(task, {}, by);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect(await refusal({ id: 'task_01kaf3v6n0e8sb9c1m5r7t2wxy' })).toEqual([404, 'not_found']);
  });

  it('with values that no portal or SAT would take', async () => {
    const task = await failed();
    const ticketData = { ...task.ticketData, date: daysAgo(-20) };
    expect(await refusal(task, { ticketData })).toEqual([422, 'ticket_invalid']);
    const profile = { ...PROFILE, fiscalRegime: '601' };
    expect(await refusal(task, { profile })).toEqual([422, 'profile_invalid']);
    expect(await refusal(task, { profile: PROFILE, profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' })).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await refusal(task, { profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' })).toEqual([404, 'not_found']);
    expect(await refusal(task, { cfdiUse: 'G03' })).toEqual([400, 'invalid_request']);
  });
});

describe('the session of a task', () => {
  it('is the one that is open, else the last, and says nothing of where to connect', async () => {
    const task = await world.createTask(caller);
    const path = `/v1/tasks/${task.id}/session`;
    expect((await world.call('GET', path, { key: caller.key })).status).toBe(404);
    const { run } = await claimed(world.worker, uuidOf(task));
    const [one, two] = [newUuid(), newUuid()];
    const read = async () => (await world.call<Session>('GET', path, { key: caller.key })).body;
    await world.worker.withTenant(caller, (tx) => tx.sessions.open(run, { id: one }));
    expect(await read()).toMatchObject({ status: 'starting', provider: 'browserbase', endedAt: null });
    await world.worker.withTenant(caller, async (tx) => {
      await tx.sessions.activate(one, 'provider-secret-id');
      await tx.sessions.open(run, { id: two });
      await tx.sessions.terminate(two);
    });
    const open = await read();
    expect(decodeId('session', open.id)).toBe(one);
    expect(open).toMatchObject({ status: 'active', taskId: task.id });
    expect(JSON.stringify(open)).not.toContain('provider-secret-id');
    await world.worker.withTenant(caller, (tx) => tx.sessions.terminate(one));
    const last = await read();
    expect(decodeId('session', last.id)).toBe(two);
    expect(Date.parse(last.endedAt!)).toBeGreaterThanOrEqual(Date.parse(last.startedAt));
    const stranger = await world.newCaller();
    expect((await world.call('GET', path, { key: stranger.key })).status).toBe(404);
  });
});
