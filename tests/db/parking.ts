/** Parked tasks, made as runs and people make them. */
import { newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock, type PgDatabase } from '@cfdi-live/db';
import type { Parking, RunRef, TakeResult, TaskRow, TenantScope, TenantTx } from '@cfdi-live/domain';
import { created, type Fixture } from './support.ts';

interface Databases {
  api: PgDatabase;
  worker: PgDatabase;
  scope: TenantScope;
}

export interface ParkedTask {
  task: TaskRow;
  run: RunRef;
  sessionId: string;
}

export const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

export interface TaskAtWork {
  taskId: string;
  run: RunRef;
  sessionId: string;
}

/** A run of a new task with an open browser. */
export async function atWork(on: Databases): Promise<TaskAtWork> {
  const [one] = await manyAtWork(on, 1);
  if (one === undefined) throw new Error('nothing is at work');
  return one;
}

/** So many of them: one admission for all. */
export async function manyAtWork({ api, worker, scope }: Databases, count: number): Promise<TaskAtWork[]> {
  const tasks = await Promise.all(Array.from({ length: count }, () => created(api, scope)));
  await worker.system.admit({ maxSessions: 1000 });
  return await Promise.all(
    tasks.map(async ({ id: taskId }) => {
      const claim = await worker.system.claim({ taskId, workerId: 'w1', leaseMs: 60_000 });
      if (claim === null) throw new Error('not claimed');
      const { run } = claim;
      const sessionId = newUuid();
      await worker.withTenant(scope, async (tx) => {
        await tx.sessions.open(run, { id: sessionId });
        await tx.sessions.activate(sessionId, `bb-${sessionId}`);
      });
      return { taskId, run, sessionId };
    }),
  );
}

/** What a run leaves when it parks. */
export function leaving(sessionId: string | null, overrides: Partial<Parking> = {}): Parking {
  return {
    agentState: { version: 1, steps: 3 },
    sessionId,
    mostWarm: 1000,
    answerable: true,
    pictureArtifactId: null,
    vendorMessage: 'Escriba el texto de la imagen',
    ...overrides,
  };
}

/** A task that waits for the characters of a picture; warm, unless told otherwise. */
export async function parked(on: Databases, overrides: Partial<Parking> = {}): Promise<ParkedTask> {
  return await park(on, await atWork(on), overrides);
}

/** Ends a run there. */
export async function park(
  { worker, scope }: Databases,
  { run, sessionId }: TaskAtWork,
  overrides: Partial<Parking> = {},
): Promise<ParkedTask> {
  const ended = await worker.withTenant(scope, (tx) =>
    tx.tasks.endRun(run, {
      on: 'need_person',
      reason: 'captcha',
      until: inHours(24),
      parking: leaving(sessionId, overrides),
    }),
  );
  if (ended.kind !== 'ok') throw new Error('not parked');
  return { task: ended.value, run, sessionId };
}

/** The person that live tokens of these tests are made for. */
export const ACTOR = { id: 'user-81@example.com', label: 'Ana Belén Ñandú' };

/** A caller that nobody else is. */
export const someone = (): string => `api_key:${newUuid()}`;

/** What is done to parked tasks of the fixture's tenant, each in a transaction of its own. */
export function parkingOf(fixture: Fixture) {
  const asApi = <T>(work: (tx: TenantTx) => Promise<T>) => fixture.api.withTenant(fixture.scope, work);
  const asWorker = <T>(work: (tx: TenantTx) => Promise<T>) => fixture.worker.withTenant(fixture.scope, work);
  return {
    later: (ms: number) => shiftDatabaseClock(fixture.test.ownerUrl, ms),
    get: (taskId: string) => asApi((tx) => tx.tasks.get(taskId)),
    pause: (taskId: string) => asApi((tx) => tx.parking.pause(taskId)),
    resume: (taskId: string, by: string, answer: string | null = null) =>
      asApi((tx) => tx.parking.resume(taskId, { by, answer })),
    take: (taskId: string, holder: string, insteadOf: string | null = null) =>
      asApi((tx) => tx.control.take(taskId, { holder, actor: ACTOR, insteadOf })),
    renew: (sessionId: string, holder: string, epoch: number) =>
      asApi((tx) => tx.control.renew({ sessionId, holder, epoch })),
    release: (taskId: string, holder: string) => asApi((tx) => tx.control.release(taskId, holder)),
    endSilent: (taskId: string) => asWorker((tx) => tx.control.endSilent(taskId)),
    takeUp: (run: RunRef) => asWorker((tx) => tx.parking.takeUp(run)),
    adopt: (run: RunRef, sessionId: string) => asWorker((tx) => tx.parking.adopt(run, sessionId)),
    cool: (taskId: string, surplus = false) => asWorker((tx) => tx.parking.cool(taskId, { surplus })),
    letGo: (taskId: string, sessionId: string) => asWorker((tx) => tx.parking.letGo(taskId, sessionId)),
    spare: (taskId: string, run: RunRef | null) => asWorker((tx) => tx.parking.spareTicket(taskId, run)),
    ticketOf: (taskId: string) => asWorker((tx) => tx.tickets.getForTask(taskId)),
    /** Ends a run at the safe point that a pause asked for. */
    endPaused: ({ run, sessionId }: TaskAtWork, overrides: Partial<Parking> = {}) =>
      asWorker((tx) =>
        tx.tasks.endRun(run, { on: 'pause', until: inHours(1), parking: leaving(sessionId, overrides) }),
      ),
    sessionStatus: async (taskId: string) => (await asApi((tx) => tx.sessions.last(taskId)))?.status,
    /** What the sweep finds of this tenant. */
    stale: async (mostWarm = 1000) => {
      const found = await fixture.worker.system.listStaleParking({ mostWarm, limit: 1000 });
      const own = found.filter(({ tenantId }) => tenantId === fixture.scope.tenantId);
      return own.map(({ why, taskId }) => [why, taskId]);
    },
    orphans: async () => {
      const found = await fixture.worker.system.listOrphanSessions();
      return found.filter(({ tenantId }) => tenantId === fixture.scope.tenantId).map(({ id }) => id);
    },
    /** The next run of a task that was sent on. */
    nextRun: async (taskId: string): Promise<RunRef> => {
      await fixture.worker.system.admit({ maxSessions: 1000 });
      const claim = await fixture.worker.system.claim({ taskId, workerId: 'w2', leaseMs: 60_000 });
      if (claim === null) throw new Error('not claimed');
      return claim.run;
    },
  };
}

/** Control that was given, or the test fails. */
export function granted(result: TakeResult | null) {
  if (result?.kind !== 'granted' && result?.kind !== 'renewed')
    throw new Error(`not granted: ${result?.kind}`);
  return result;
}
