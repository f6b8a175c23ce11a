/**
 * Looks at what has come for one task, beside its runs. Safe to repeat and to do twice at once: what it finds is decided again
 * under the lock of the task, and a crash leaves the rows waiting.
 */
import type { Clock, Database, InboundRow, TaskRow, TenantScope, VendorRow } from '@cfdi-live/domain';
import type { UnauthenticatedCfdiPolicy } from '@cfdi-live/contract';
import type { Logger } from 'pino';
import type { SatRegisters } from '../jobs/ask-sat.ts';
import { decide, type Decision, type Vouching } from './decide.ts';
import { deliverInvoice, deliverPictures, refuse, type DeliverDeps } from './deliver.ts';
import { examine, openInbound, type Examined, type ExamineDeps, type Opened } from './examine.ts';
import { vouchFor } from './vouch.ts';

export interface LookDeps extends DeliverDeps, ExamineDeps {
  database: Database;
  satRegisters: SatRegisters;
  clock: Clock;
  log: Logger;
}

/** Of one task at once: a stranger who knows its address may have sent many. */
const MOST_AT_ONCE = 20;

interface Waiting {
  task: TaskRow;
  vendor: VendorRow | null;
  policy: UnauthenticatedCfdiPolicy;
  rows: InboundRow[];
}

/** Throws what the database, Storage or a register throws; the rows are due again when their lock has passed. */
export async function lookAtMails(deps: LookDeps, scope: TenantScope, taskId: string): Promise<void> {
  const waiting = await readWaiting(deps, scope, taskId);
  if (waiting === null || waiting.task.status === 'RUNNING') return;
  const { task } = waiting;
  const found = await vouchForAll(deps, scope, waiting, await examineAll(deps, scope, waiting));
  const decision = decide(found, task, deps.clock.now());
  await settle(deps, scope, task, decision);
}

async function readWaiting(deps: LookDeps, scope: TenantScope, taskId: string): Promise<Waiting | null> {
  return deps.database.withTenant(scope, async (tx) => {
    const task = await tx.tasks.get(taskId);
    const tenant = await tx.tenant.get();
    if (task === null || tenant === null) return null;
    const rows = await tx.inbox.listWaiting(taskId);
    // What an erased person's invoice says is nobody's to compare with any more.
    if (task.erasedAt !== null) {
      await tx.inbox.settle(
        rows.map(({ id }) => id),
        'ignored',
      );
      return null;
    }
    const vendor = task.vendorId === null ? null : await tx.vendors.get(task.vendorId);
    return { task, vendor, policy: tenant.unauthenticatedCfdis, rows: rows.slice(0, MOST_AT_ONCE) };
  });
}

async function examineAll(deps: LookDeps, scope: TenantScope, waiting: Waiting): Promise<Examined[]> {
  const opened: Opened[] = [];
  for (const row of waiting.rows) {
    const content = await deps.database.withTenant(scope, (tx) => tx.inbox.content(row.id));
    if (content !== null) opened.push(await openInbound(deps, waiting, row, content));
  }
  return examine(deps, waiting, opened);
}

async function vouchForAll(
  { satRegisters, clock }: LookDeps,
  { mode }: TenantScope,
  { policy }: Waiting,
  found: readonly Examined[],
): Promise<Vouching[]> {
  const given = { mode, policy, registers: satRegisters, now: clock.now() };
  return Promise.all(
    found.map(async (one): Promise<Vouching> =>
      one.kind === 'invoice' ? { ...one, vouched: await vouchFor(one, given) } : one,
    ),
  );
}

async function settle(
  deps: LookDeps,
  scope: TenantScope,
  task: TaskRow,
  { deliver, pictures, refused, again }: Decision,
): Promise<void> {
  const { database, log } = deps;
  const about = { tenant: scope.tenantId, task: task.id };
  if (refused.length > 0) {
    await database.withTenant(scope, async (tx) => {
      for (const one of refused) await refuse(tx, one);
    });
    log.info(
      { action: 'delivery.refused', ...about, what: refused.map(({ what }) => what) },
      'proves nothing',
    );
  }
  await deliverPictures(deps, scope, task, pictures);
  const delivered = deliver === null ? null : await deliverInvoice(deps, scope, deliver);
  const soon = deps.clock.now();
  await database.withTenant(scope, async (tx) => {
    for (const { row, at } of again) {
      // What came beside an invoice that counts now may be its picture.
      await tx.inbox.lookAgain([row.id], delivered === null ? at : soon);
    }
    if (deliver !== null && delivered === 'running')
      await tx.inbox.lookAgain([deliver.examined.row.id], soon);
  });
  if (delivered !== null) log.info({ action: 'delivery', ...about, delivered }, 'an invoice came');
}
