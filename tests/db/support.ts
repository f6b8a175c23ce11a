/** One migrated database with a tenant, opened as the API and as the worker open it. */
import { randomBytes } from 'node:crypto';
import { newUuid, type Mode } from '@cfdi-live/contract';
import {
  createAdmin,
  createDatabase,
  createKeyRing,
  type Admin,
  type KeyRing,
  type PgDatabase,
} from '@cfdi-live/db';
import type { ClaimedTask, NewTask, RunRef, TaskRow, TenantScope } from '@cfdi-live/domain';
import type { TestDatabase } from '@cfdi-live/local-stack/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { freshDatabase } from '../helpers/postgres.ts';

export interface Fixture {
  test: TestDatabase;
  keyRing: KeyRing;
  /** The text that the ring was read from. */
  encryptionKeys: string;
  admin: Admin;
  /** As cfdi_api. */
  api: PgDatabase;
  /** As cfdi_worker. */
  worker: PgDatabase;
  /** A tenant of plan `unlimited`, in test mode. */
  scope: TenantScope;
  newTenant(mode?: Mode): Promise<TenantScope>;
  close(): Promise<void>;
}

/** A database and a fixture for the tests of one file, and a new tenant for each test. */
export function useFixture(): Fixture {
  const fixture = {} as Fixture;
  beforeAll(async () => {
    Object.assign(fixture, await openFixture());
  });
  afterAll(() => fixture.close());
  beforeEach(async () => {
    fixture.scope = await fixture.newTenant();
  });
  return fixture;
}

async function openFixture(): Promise<Fixture> {
  const test = await freshDatabase({ migrate: true });
  const encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;
  const keyRing = createKeyRing(encryptionKeys);
  const log = { warn: () => undefined };
  const admin = createAdmin({ connectionString: test.ownerUrl, keyRing });
  const api = createDatabase({
    connectionString: test.apiUrl,
    role: 'cfdi_api',
    keyRing,
    log,
    maxConnections: 20,
  });
  const worker = createDatabase({
    connectionString: test.workerUrl,
    role: 'cfdi_worker',
    keyRing,
    log,
    maxConnections: 20,
  });
  const newTenant = async (mode: Mode = 'test'): Promise<TenantScope> => {
    const { id } = await admin.createTenant({ name: 'Contable SA', plan: 'unlimited' });
    return { tenantId: id, mode };
  };
  return {
    test,
    keyRing,
    encryptionKeys,
    admin,
    api,
    worker,
    scope: await newTenant(),
    newTenant,
    async close() {
      await Promise.all([admin.close(), api.close(), worker.close()]);
      await test.drop();
    },
  };
}

export const PROFILE = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@example.com',
};

let folio = 0;

/** A valid task of a ticket of its own. */
export function newTask(overrides: Partial<NewTask> = {}): NewTask {
  folio += 1;
  return {
    id: newUuid(),
    externalId: null,
    vendorUrl: 'https://facturacion.example.com.mx/',
    vendorHost: 'example.com.mx',
    vendorId: null,
    ticket: { amount: 1160, date: '2026-11-20', folio: `F-${folio}` },
    ticketIdentity: `example.com.mx|folio=F${folio}`,
    vendorRule: null,
    profile: PROFILE,
    profileId: null,
    credentialId: null,
    priority: 5,
    notBefore: null,
    deadline: null,
    metadata: {},
    options: { intervention: 'wait', decide: 'auto' },
    warnings: [],
    createdBy: 'key',
    ...overrides,
  };
}

/** Creates a task, or fails the test. */
export async function created(
  database: PgDatabase,
  scope: TenantScope,
  overrides: Partial<NewTask> = {},
): Promise<TaskRow> {
  const result = await database.withTenant(scope, (tx) => tx.tasks.create(newTask(overrides)));
  if (result.kind !== 'created') throw new Error(`not created: ${result.kind}`);
  return result.task;
}

/** Admits and claims a task, or fails the test. Who finds another admitter at work asks again. */
export function claimed(worker: PgDatabase, taskId: string, leaseMs = 60_000): Promise<ClaimedTask> {
  return vi.waitFor(
    async () => {
      await worker.system.admit({ maxSessions: 1000 });
      const claim = await worker.system.claim({ taskId, workerId: 'w1', leaseMs });
      if (claim === null) throw new Error('not claimed');
      return claim;
    },
    { timeout: 3_000 },
  );
}

/** A task whose run left a mark behind that nobody settled well. */
export async function inDoubt({ api, worker, scope }: Fixture): Promise<{ taskId: string; run: RunRef }> {
  const task = await created(api, scope);
  const { run } = await claimed(worker, task.id);
  const settled = await worker.withTenant(scope, async (tx) => {
    await tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 3000 });
    await tx.tickets.submitted(run);
    return tx.tickets.settle(run, { state: 'in_doubt' });
  });
  if (settled.kind !== 'ok') throw new Error('not in doubt');
  return { taskId: task.id, run };
}

/** The types of a task's events, in their order. */
export function eventTypes({ api, scope }: Fixture, taskId: string): Promise<string[]> {
  return api.withTenant(scope, async (tx) => {
    const events = await tx.events.after(0n, { taskId, limit: 100 });
    return events.map(({ event }) => event.type);
  });
}

/** Runs SQL as a superuser, past row-level security: what a dump would hold, or a state that only time makes. */
export async function asSuperuser<Row extends object>(
  test: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return await asLogin<Row>(test.adminUrl, text, values);
}

export async function asLogin<Row extends object>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
