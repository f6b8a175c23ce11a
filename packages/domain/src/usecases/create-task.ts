import { newUuid, taskOptionsSchema } from '@cfdi-live/contract';
import type { CreateTask, FieldError, ProfileFacts } from '@cfdi-live/contract';
import type { CreateTaskResult } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import { checkProfile } from '../preflight/profile.ts';
import { actorOf, type Principal } from '../principal.ts';
import { checkCredential, type CredentialRefusal } from './check-credential.ts';
import { prepareTicket, type PrepareTicketDeps, type TicketRefusal } from './prepare-ticket.ts';

/** `vendorId`, `profileId` and `credentialId` are bare UUIDs. */
export type CreateTaskInput = Omit<CreateTask, 'vendorId' | 'profileId' | 'credentialId'> & {
  vendorId?: string | undefined;
  profileId?: string | undefined;
  credentialId?: string | undefined;
};

export type CreateTaskOutcome =
  | CreateTaskResult
  | TicketRefusal
  | { kind: 'profile_not_found' }
  | { kind: 'profile_invalid'; errors: FieldError[] }
  | CredentialRefusal;

/**
 * Takes a ticket on: everything that can be known without a browser is checked first, and the ticket's own row decides
 * whether it is new. Error paths are those of the request.
 */
export async function createTask(
  deps: { database: Database } & PrepareTicketDeps,
  principal: Principal,
  input: CreateTaskInput,
): Promise<CreateTaskOutcome> {
  const prepared = await prepareTicket(deps, principal, input);
  if (prepared.kind !== 'ready') return prepared;

  return deps.database.withTenantShared(principal, async (tx) => {
    const profile = await findProfile(tx, input);
    if (profile.kind !== 'found') return profile;
    const refusal = await checkCredential(tx, { ...input, vendorUrl: prepared.vendorUrl });
    if (refusal !== null) return refusal;
    return tx.tasks.create({
      id: newUuid(),
      externalId: input.externalId ?? null,
      vendorUrl: prepared.vendorUrl,
      vendorHost: prepared.vendorHost,
      vendorId: prepared.vendorId,
      ticket: input.ticketData,
      ticketIdentity: prepared.ticketIdentity,
      vendorRule: prepared.vendorRule,
      profile: profile.facts,
      profileId: input.profileId ?? null,
      credentialId: input.credentialId ?? null,
      priority: input.priority,
      notBefore: prepared.notBefore,
      deadline: prepared.deadline,
      metadata: input.metadata ?? {},
      options: input.options ?? taskOptionsSchema.parse({}),
      warnings: prepared.warnings,
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
  const given = input.profileId === undefined ? input.profile : await tx.profiles.keep(input.profileId);
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
