/** Which mail address a portal is told: the task's own, where mail for it can come in and its tenant wants that. */
import type { ClaimedTask, TenantScope } from '@cfdi-live/domain';
import { mailboxAddress } from '../mail/address.ts';
import type { RunDeps } from './deps.ts';

export async function mailboxOf(
  { database, mailDomain }: Pick<RunDeps, 'database' | 'mailDomain'>,
  { task }: ClaimedTask,
  scope: TenantScope,
): Promise<string> {
  if (mailDomain === null) return task.profile.email;
  return database.withTenant(scope, async (tx) => {
    const tenant = await tx.tenant.get();
    if (tenant?.mailbox === 'profile') return task.profile.email;
    return mailboxAddress(await tx.inbox.openMailbox(task.id), mailDomain);
  });
}
