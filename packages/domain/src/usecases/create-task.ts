import { newUuid, taskOptionsSchema } from '@cfdi-live/contract';
import type { CreateTask, FieldError, ProfileFacts } from '@cfdi-live/contract';
import type { CreateTaskResult } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Clock, Database } from '../ports-system.ts';
import { checkOutboundUrl, type OutboundRules } from '../preflight/outbound-url.ts';
import { checkProfile } from '../preflight/profile.ts';
import { checkSandbox } from '../preflight/sandbox.ts';
import { checkTicket } from '../preflight/ticket.ts';
import { actorOf, type Principal } from '../principal.ts';
import { portalHost, ticketIdentity } from '../ticket-identity.ts';

/** `profileId` is the bare UUID. */
export type CreateTaskInput = Omit<CreateTask, 'profileId'> & { profileId?: string | undefined };

export type CreateTaskOutcome =
  | CreateTaskResult
  | { kind: 'schedule_invalid'; errors: FieldError[] }
  | { kind: 'ticket_invalid'; errors: FieldError[] }
  | { kind: 'url_not_allowed'; errors: FieldError[] }
  | { kind: 'profile_not_found' }
  | { kind: 'profile_invalid'; errors: FieldError[] };

/**
 * Takes a ticket on: everything that can be known without a browser is checked first, and the ticket's own row decides
 * whether it is new. Error paths are those of the request.
 */
export async function createTask(
  deps: { database: Database; clock: Clock; outbound: OutboundRules; sandboxHosts: readonly string[] },
  principal: Principal,
  input: CreateTaskInput,
): Promise<CreateTaskOutcome> {
  const now = deps.clock.now();
  const schedule = checkSchedule(input, now);
  if (schedule.length > 0) return { kind: 'schedule_invalid', errors: schedule };
  const ticket = checkTicket(input.ticketData, now);
  if (ticket.length > 0) return { kind: 'ticket_invalid', errors: ticket };
  const vendor = await checkOutboundUrl(input.vendorUrl, 'vendorUrl', deps.outbound);
  if (!vendor.ok) return { kind: 'url_not_allowed', errors: [vendor.error] };
  const wrongMode = checkSandbox(vendor.url, 'vendorUrl', principal.mode, deps.sandboxHosts);
  if (wrongMode !== null) return { kind: 'url_not_allowed', errors: [wrongMode] };

  return deps.database.withTenant(principal, async (tx) => {
    const profile = await findProfile(tx, input);
    if (profile.kind !== 'found') return profile;
    return tx.tasks.create({
      id: newUuid(),
      externalId: input.externalId ?? null,
      vendorUrl: vendor.url.href,
      vendorHost: portalHost(vendor.url.href),
      ticket: input.ticketData,
      ticketIdentity: ticketIdentity(vendor.url.href, input.ticketData),
      profile: profile.facts,
      profileId: input.profileId ?? null,
      priority: input.priority,
      notBefore: dateOrNull(input.scheduledFor),
      deadline: dateOrNull(input.deadline),
      metadata: input.metadata ?? {},
      options: input.options ?? taskOptionsSchema.parse({}),
      createdBy: actorOf(principal),
    });
  });
}

type FoundProfile =
  | { kind: 'found'; facts: ProfileFacts }
  | { kind: 'profile_not_found' }
  | { kind: 'profile_invalid'; errors: FieldError[] };

/** The stored profile or the one in the request, with the task's own use of the CFDI where it names one. */
async function findProfile(tx: TenantTx, input: CreateTaskInput): Promise<FoundProfile> {
  const given = input.profileId === undefined ? input.profile : await tx.profiles.get(input.profileId);
  if (given === undefined || given === null) return { kind: 'profile_not_found' };
  const checked = checkProfile({ ...given, cfdiUse: input.cfdiUse ?? given.cfdiUse });
  if (checked.ok) return { kind: 'found', facts: checked.profile };
  return {
    kind: 'profile_invalid',
    errors: checked.errors.map((error) => ({ ...error, path: pathInRequest(error.path, input) })),
  };
}

function pathInRequest(field: string, input: CreateTaskInput): string {
  if (field === 'cfdiUse' && input.cfdiUse !== undefined) return 'cfdiUse';
  return input.profileId === undefined ? `profile.${field}` : 'profileId';
}

function checkSchedule(input: CreateTaskInput, now: Date): FieldError[] {
  const deadline = dateOrNull(input.deadline);
  if (deadline === null) return [];
  const start = dateOrNull(input.scheduledFor) ?? now;
  if (deadline > start && deadline > now) return [];
  return [
    { path: 'deadline', code: 'deadline_passed', message: 'The deadline lies before the task can start.' },
  ];
}

function dateOrNull(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
