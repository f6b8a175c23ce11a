/** What the suites of admission, claims and portals share: an empty line, tasks of their own, and runs that end. */
import { newUuid } from '@cfdi-live/contract';
import type { ClaimedTask, NewTask, RunEnd, TaskRow, TenantLimits, TenantScope } from '@cfdi-live/domain';
import { asSuperuser, created, PROFILE, type Fixture } from './support.ts';

/** Admission looks at all tenants, so what an earlier test left would count. */
export async function emptyLine({ test }: Fixture): Promise<void> {
  await asSuperuser(
    test,
    `do $$ begin
       truncate automation_tasks, browser_sessions, queue_changes, tenant_queues, portal_states cascade;
       update browser_pool set
         max_sessions = null, creations_per_minute = null, paused_until = null, virtual_time = 0;
     end $$`,
  );
}

export async function tenantWith({ admin }: Fixture, limits: TenantLimits): Promise<TenantScope> {
  const { id } = await admin.createTenant({ name: 'With limits', limits });
  return { tenantId: id, mode: 'test' };
}

/** As many taxpayers as are asked for: each call is another one, for a profile has limits too. */
let taxpayers = 0;
export function anyone(): Partial<NewTask> {
  taxpayers += 1;
  return { profile: { ...PROFILE, rfc: `CACX760510${taxpayers}` } };
}

export function make(
  { api, scope }: Pick<Fixture, 'api' | 'scope'>,
  count: number,
  overrides: Partial<NewTask> = {},
): Promise<TaskRow[]> {
  return Promise.all(Array.from({ length: count }, () => created(api, scope, overrides)));
}

export async function admitted({ worker }: Fixture, maxSessions: number): Promise<string[]> {
  return (await worker.system.admit({ maxSessions })).map(({ taskId }) => taskId);
}

/** Claims a task that is queued; null where it has to wait. */
export function claim({ worker }: Fixture, taskId: string): Promise<ClaimedTask | null> {
  return worker.system.claim({ taskId, workerId: 'w', leaseMs: 60_000 });
}

/** Claims a task and ends its run. */
export async function runTo(fixture: Fixture, taskId: string, end: RunEnd): Promise<void> {
  const claimed = await claim(fixture, taskId);
  if (claimed === null) throw new Error('not claimed');
  const { tenantId, mode } = claimed.task;
  const ended = await fixture.worker.withTenant({ tenantId, mode }, (tx) =>
    tx.tasks.endRun(claimed.run, end),
  );
  if (ended.kind !== 'ok') throw new Error('not ended');
}

/** Opens a browser for a run, or fails the test. */
export async function openSession({ worker }: Fixture, { run, task }: ClaimedTask): Promise<string> {
  const id = newUuid();
  const opened = await worker.withTenant(task, (tx) => tx.sessions.open(run, { id }));
  if (opened.kind !== 'ok') throw new Error('no session');
  return id;
}
