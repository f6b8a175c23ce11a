import { newUuid } from '@cfdi-live/contract';
import { hashSecret, InvalidCursor, isCursor, parseApiKey } from '@cfdi-live/db';
import type { Page, TaskRow } from '@cfdi-live/domain';
import { expect, test } from 'vitest';
import { newCfdi } from '../helpers/invoice.ts';
import { claimed, created, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();

function list(query: {
  limit: number;
  after?: string;
  before?: string;
  status?: ('PENDING' | 'RUNNING')[];
  externalId?: string;
  createdAfter?: string;
}): Promise<Page<TaskRow>> {
  return fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.list(query));
}

const ids = (page: Page<{ id: string }>) => page.rows.map(({ id }) => id);

test('a list goes newest first, page by page, forth and back', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await created(fixture.api, fixture.scope)).id);
  const newest = made.toReversed();

  const first = await list({ limit: 2 });
  expect(ids(first)).toEqual(newest.slice(0, 2));
  expect(first.hasMore).toBe(true);
  const second = await list({ limit: 2, after: first.nextCursor! });
  expect(ids(second)).toEqual(newest.slice(2, 4));
  const last = await list({ limit: 2, after: second.nextCursor! });
  expect(last).toMatchObject({ hasMore: false, nextCursor: null });
  expect(ids(last)).toEqual(newest.slice(4));

  const back = await list({ limit: 1, before: second.nextCursor! });
  expect(ids(back)).toEqual([newest[2]]);
  expect(back.hasMore).toBe(true);
  expect(ids(await list({ limit: 1, after: back.nextCursor! }))).toEqual([newest[3]]);
  const whole = await list({ limit: 5 });
  expect(whole).toMatchObject({ hasMore: false, nextCursor: null });
  expect(ids(whole)).toEqual(newest);
});

test('tasks are filtered by status, external id and age', async () => {
  const one = await created(fixture.api, fixture.scope, { externalId: 'one' });
  const two = await created(fixture.api, fixture.scope);
  await claimed(fixture.worker, two.id);
  expect(ids(await list({ limit: 10, externalId: 'one' }))).toEqual([one.id]);
  expect(ids(await list({ limit: 10, status: ['RUNNING'] }))).toEqual([two.id]);
  expect(ids(await list({ limit: 10, status: ['RUNNING'], externalId: 'one' }))).toEqual([]);
  expect(ids(await list({ limit: 10, createdAfter: one.createdAt.toISOString() }))).toContain(two.id);
  expect(ids(await list({ limit: 10, createdAfter: '2999-01-01T00:00:00Z' }))).toEqual([]);
});

test.each(['', 'x', '*'.repeat(22), 'A'.repeat(21), `${'A'.repeat(22)}=`])(
  '%j is no cursor',
  async (cursor) => {
    expect(isCursor(cursor)).toBe(false);
    await expect(list({ limit: 1, after: cursor })).rejects.toThrow(InvalidCursor);
  },
);

test('what is of another tenant or mode is not there', async () => {
  const { api, scope } = fixture;
  const task = await created(api, scope);
  const profileId = newUuid();
  await api.withTenant(scope, (tx) => tx.profiles.create({ ...PROFILE, id: profileId, externalId: null }));
  for (const stranger of [await fixture.newTenant(), { ...scope, mode: 'live' as const }]) {
    await api.withTenant(stranger, async (tx) => {
      expect(await tx.tasks.get(task.id)).toBeNull();
      expect(await tx.tickets.getForTask(task.id)).toBeNull();
      expect(await tx.profiles.get(profileId)).toBeNull();
      expect((await tx.profiles.list({ limit: 10 })).rows).toEqual([]);
      expect((await tx.tasks.list({ limit: 10 })).rows).toEqual([]);
    });
  }
});

test('artifacts and invoices are kept with their task, an accepted UUID once', async () => {
  const { api, worker, scope } = fixture;
  const [one, two] = [await created(api, scope), await created(api, scope)];
  const artifact = {
    id: newUuid(),
    taskId: one.id,
    kind: 'xml' as const,
    fileName: 'FACTURA Ñ 1.xml',
    contentType: 'application/xml',
    size: 3,
    sha256: 'b'.repeat(64),
    storagePath: `${scope.tenantId}/1`,
  };
  const invoice = newCfdi(one.id, { xmlArtifactId: artifact.id });
  await worker.withTenant(scope, async (tx) => {
    expect(await tx.artifacts.add(artifact)).toMatchObject(artifact);
    expect(await tx.artifacts.get(artifact.id)).toMatchObject({ fileName: 'FACTURA Ñ 1.xml' });
    expect(ids(await tx.artifacts.list(one.id, { limit: 10 }))).toEqual([artifact.id]);
    expect(ids(await tx.artifacts.list(two.id, { limit: 10 }))).toEqual([]);
    expect(await tx.cfdis.add(invoice)).toEqual({ kind: 'added' });
    expect(await tx.cfdis.findAcceptedTask(invoice.uuid)).toBe(one.id);
    expect(await tx.cfdis.add({ ...invoice, taskId: two.id, uuid: invoice.uuid.toLowerCase() })).toEqual({
      kind: 'uuid_taken',
      taskId: one.id,
    });
    // A document that does not count may come as often as it likes.
    const rejected = { ...invoice, taskId: two.id, verdict: 'rejected' as const, accepted: false };
    expect(await tx.cfdis.add(rejected)).toEqual({ kind: 'added' });
    expect(await tx.cfdis.findAcceptedTask(newUuid())).toBeNull();
  });
});

test('an API key is found by its id with everything that decides about it', async () => {
  const { admin, api, scope } = fixture;
  const { id, key } = await admin.createApiKey({ ...scope, name: 'ci', scopes: ['tasks:read'] });
  const parsed = parseApiKey(key)!;
  expect(parsed).toMatchObject({ keyId: id, mode: 'test' });
  expect(await api.system.findApiKey(id)).toEqual({
    id,
    ...scope,
    secretHash: hashSecret(parsed.secret),
    scopes: ['tasks:read'],
    expiresAt: null,
    revokedAt: null,
  });
  expect(await admin.revokeApiKey(id)).toBe(true);
  expect(await admin.revokeApiKey(id)).toBe(false);
  expect((await api.system.findApiKey(id))?.revokedAt).toBeInstanceOf(Date);
  expect(await api.system.findApiKey(newUuid())).toBeNull();
  expect(await api.system.findApiKey('no uuid')).toBeNull();
});
