import { newUuid, type FieldError, type ProfileFacts, type RetryTask } from '@cfdi-live/contract';
import type { NewTask, RetryTaskResult, TaskRow } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import { checkProfile } from '../preflight/profile.ts';
import { actorOf, type Operator, type Principal } from '../principal.ts';
import { checkCredential } from './check-credential.ts';
import {
  prepareTicket,
  type PrepareTicketDeps,
  type PreparedTicket,
  type TicketRefusal,
} from './prepare-ticket.ts';

/** `profileId` is a bare UUID. */
export type RetryTaskInput = Omit<RetryTask, 'profileId'> & { profileId?: string | undefined };

export type RetryTaskOutcome =
  | RetryTaskResult
  | TicketRefusal
  | { kind: 'profile_not_found' }
  | { kind: 'profile_invalid'; errors: FieldError[] };

/**
 * Asks once more for the invoice of a task that ended without it: a new task, with what the request corrects and all else
 * as it was. The external id stays with the first task, for it is unique. Whether the ticket is free is decided by its
 * row, under locks.
 */
export async function retryTask(
  deps: { database: Database } & PrepareTicketDeps,
  principal: Principal | Operator,
  input: RetryTaskInput & { taskId: string },
): Promise<RetryTaskOutcome> {
  const before = await deps.database.withTenant(principal, (tx) => tx.tasks.get(input.taskId));
  if (before === null) return { kind: 'not_found' };
  // The row says it again, under its lock; here it keeps a portal's name from being looked up for nothing.
  if (before.status !== 'FAILED' && before.status !== 'CANCELLED') return { kind: 'not_ended' };
  const prepared = await prepareAgain(deps, principal, before, input);
  if (prepared.kind !== 'ready') return prepared;

  return deps.database.withTenant(principal, async (tx) => {
    const profile = await chooseProfile(tx, before, input);
    if (profile.kind !== 'chosen') return profile;
    const task = newTaskOf(principal, before, prepared, profile);
    const refusal = await checkCredential(tx, {
      credentialId: before.credentialId ?? undefined,
      profileId: task.profileId ?? undefined,
      vendorUrl: task.vendorUrl,
    });
    // Another person's login is not used for this one's invoice.
    const credentialId = refusal === null ? before.credentialId : null;
    const outcome = await tx.tasks.retry(before.id, {
      ...task,
      credentialId,
      ticket: input.ticketData ?? before.ticket,
    });
    if (outcome.kind === 'created') {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'task.retried',
        subject: { type: 'task', id: before.id },
        details: { retry: outcome.task.id, retryCount: outcome.task.retryCount },
      });
    }
    return outcome;
  });
}

/** As for a new task. A deadline that has passed is no wish any more. */
async function prepareAgain(
  deps: PrepareTicketDeps,
  principal: Principal | Operator,
  before: TaskRow,
  { ticketData = before.ticket }: RetryTaskInput,
): Promise<PreparedTicket | TicketRefusal> {
  const { vendorUrl, vendorId, deadline } = before;
  const request = {
    vendorUrl,
    ticketData,
    deadline: deadline !== null && deadline > deps.clock.now() ? deadline.toISOString() : undefined,
  };
  const prepared = await prepareTicket(deps, principal, { ...request, vendorId: vendorId ?? undefined });
  const isForgotten = prepared.kind === 'vendor_not_found' || prepared.kind === 'vendor_mismatch';
  // The directory has changed since: the address is what the caller gave, and stays.
  return isForgotten ? prepareTicket(deps, principal, request) : prepared;
}

type ChosenProfile =
  | { kind: 'chosen'; facts: ProfileFacts; profileId: string | null }
  | { kind: 'profile_not_found' }
  | { kind: 'profile_invalid'; errors: FieldError[] };

/** The profile of the request, as it stands now; else the values that the task was made with. */
async function chooseProfile(tx: TenantTx, before: TaskRow, input: RetryTaskInput): Promise<ChosenProfile> {
  const { profileId, profile } = input;
  const given = profileId === undefined ? (profile ?? before.profile) : await tx.profiles.keep(profileId);
  if (given === null) return { kind: 'profile_not_found' };
  const checked = checkProfile(given);
  if (!checked.ok) {
    const path = (field: string): string => (profileId === undefined ? `profile.${field}` : 'profileId');
    return {
      kind: 'profile_invalid',
      errors: checked.errors.map((error) => ({ ...error, path: path(error.path) })),
    };
  }
  const kept = profile === undefined ? await stillThere(tx, before.profileId) : null;
  return { kind: 'chosen', facts: checked.profile, profileId: profileId ?? kept };
}

/** A profile may have been deleted since. */
async function stillThere(tx: TenantTx, profileId: string | null): Promise<string | null> {
  return profileId !== null && (await tx.profiles.keep(profileId)) !== null ? profileId : null;
}

function newTaskOf(
  principal: Principal | Operator,
  before: TaskRow,
  prepared: PreparedTicket,
  profile: Extract<ChosenProfile, { kind: 'chosen' }>,
): Omit<NewTask, 'credentialId' | 'ticket'> {
  const { kind: _ready, ...ticket } = prepared;
  return {
    ...ticket,
    id: newUuid(),
    externalId: null,
    profile: profile.facts,
    profileId: profile.profileId,
    priority: before.priority,
    metadata: before.metadata,
    options: before.options,
    createdBy: actorOf(principal),
  };
}
