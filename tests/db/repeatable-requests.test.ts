/** Requests that are done once: what the HTTP suite cannot hold still for. */
import { newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { KeptAnswer, RepeatableRequest, RequestWork } from '@cfdi-live/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { asSuperuser, newTask, useFixture } from './support.ts';

const fixture = useFixture();
const ANSWER: KeptAnswer = {
  status: 201,
  location: '/v1/x',
  contentType: 'application/json',
  body: '{"a":1}',
};

afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

function request(overrides: Partial<RepeatableRequest> = {}): RepeatableRequest {
  return { scope: fixture.scope, name: `POST /v1/x ${newUuid()}`, content: 'the body', ...overrides };
}

const create = (work: RequestWork) =>
  work.database.withTenant(fixture.scope, (tx) => tx.tasks.create(newTask()));

async function countTasks(): Promise<number> {
  const rows = await asSuperuser(fixture.test, 'select from automation_tasks where tenant_id = $1', [
    fixture.scope.tenantId,
  ]);
  return rows.length;
}

describe('work that is one transaction', () => {
  test('is there with its answer, or not at all', async () => {
    const undone = fixture.api.beginOnce(request());
    await create(undone);
    await create(undone);
    expect(await countTasks()).toBe(0);
    await undone.rollback();
    expect(await countTasks()).toBe(0);

    const same = request();
    const done = fixture.api.beginOnce(same);
    await create(done);
    await create(done);
    expect(await done.commit(ANSWER)).toEqual({ kind: 'committed' });
    expect(await countTasks()).toBe(2);
    const again = fixture.api.beginOnce(same);
    await expect(create(again)).rejects.toMatchObject({ outcome: { kind: 'answered', answer: ANSWER } });
    await again.rollback();
    expect(await countTasks()).toBe(2);
  });

  test('that touches no row keeps its answer too, and finds an earlier one', async () => {
    const same = request();
    expect(await fixture.api.beginOnce(same).commit(ANSWER)).toEqual({ kind: 'committed' });
    const answered = { kind: 'answered', answer: ANSWER };
    expect(await fixture.api.beginOnce(same).commit({ ...ANSWER, status: 422 })).toEqual(answered);
    expect(await fixture.api.beginOnce(same).commit(null)).toEqual(answered);
    const other = { ...same, content: 'another body' };
    expect(await fixture.api.beginOnce(other).commit(ANSWER)).toEqual({ kind: 'mismatch' });
  });

  test('without an answer to keep commits, and may be done again', async () => {
    const same = request();
    for (const count of [1, 2]) {
      const work = fixture.api.beginOnce(same);
      await create(work);
      expect(await work.commit(null)).toEqual({ kind: 'committed' });
      expect(await countTasks()).toBe(count);
    }
  });

  test('of 30 at once, more than there are connections, is done once', async () => {
    const same = request();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const work = fixture.api.beginOnce(same);
        try {
          await create(work);
          return (await work.commit(ANSWER)).kind;
        } catch (error) {
          await work.rollback();
          return (error as { outcome: { kind: string } }).outcome.kind;
        }
      }),
    );
    expect(outcomes.filter((kind) => kind === 'committed')).toHaveLength(1);
    expect(new Set(outcomes).size).toBeLessThanOrEqual(3);
    expect(outcomes).not.toContain('mismatch');
    expect(await countTasks()).toBe(1);
  });
});

describe('work that calls outside', () => {
  async function begin(which: RepeatableRequest): Promise<RequestWork> {
    const begun = await fixture.api.beginHeld(which);
    if (begun.kind !== 'begun') throw new Error(`not begun: ${begun.kind}`);
    return begun.work;
  }

  test('holds its name while it is under way, and keeps its answer', async () => {
    const same = request();
    const work = await begin(same);
    expect(await fixture.api.beginHeld(same)).toEqual({ kind: 'in_progress' });
    expect(await fixture.api.beginHeld({ ...same, content: 'else' })).toEqual({ kind: 'mismatch' });
    expect(await work.commit(ANSWER)).toEqual({ kind: 'committed' });
    expect(await fixture.api.beginHeld(same)).toEqual({ kind: 'answered', answer: ANSWER });
    await shiftDatabaseClock(fixture.test.ownerUrl, 25 * 3_600_000);
    await (await begin(same)).rollback();
  });

  test('frees its name when it fails or has nothing to keep', async () => {
    const same = request();
    await (await begin(same)).rollback();
    await (await begin(same)).commit(null);
    expect(await (await begin(same)).commit(ANSWER)).toEqual({ kind: 'committed' });
  });

  test('loses its name a minute after its process stopped renewing, and cannot answer for the next one', async () => {
    const same = request();
    const lost = await begin(same);
    await shiftDatabaseClock(fixture.test.ownerUrl, 59_000);
    expect(await fixture.api.beginHeld(same)).toEqual({ kind: 'in_progress' });
    await shiftDatabaseClock(fixture.test.ownerUrl, 61_000);
    const next = await begin(same);
    await lost.commit({ ...ANSWER, body: 'too late' });
    expect(await fixture.api.beginHeld(same)).toEqual({ kind: 'in_progress' });
    await next.commit(ANSWER);
    expect(await fixture.api.beginHeld(same)).toEqual({ kind: 'answered', answer: ANSWER });
  });
});
