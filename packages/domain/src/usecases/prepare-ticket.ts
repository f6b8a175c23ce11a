/** What is decided of a ticket before a browser is paid for: where its portal is, whose, whether and when it may go there. */
import type { CreateTask, FieldError, TaskWarning } from '@cfdi-live/contract';
import type { NewTask } from '../ports-rows.ts';
import type { Clock } from '../ports-system.ts';
import { checkOutboundUrl, type OutboundRules } from '../preflight/outbound-url.ts';
import { checkSandbox } from '../preflight/sandbox.ts';
import { checkTicket } from '../preflight/ticket.ts';
import { checkVendorTicket, type VendorTicketCheck } from '../preflight/vendor-ticket.ts';
import type { TenantScope } from '../principal.ts';
import { portalHost, ticketIdentity, vendorTicketIdentity } from '../ticket-identity.ts';
import type { VendorCatalogue, VendorDirectory, VendorRow } from '../vendors/vendor-directory.ts';

export interface PrepareTicketDeps {
  clock: Clock;
  outbound: OutboundRules;
  /** `host` or `host:port`: the portals of test keys. */
  sandboxHosts: readonly string[];
  vendors: VendorCatalogue;
}

/** `vendorId` is the bare UUID. At least one of `vendorUrl` and `vendorId` is there. */
export type TicketRequest = Pick<CreateTask, 'vendorUrl' | 'ticketData' | 'scheduledFor' | 'deadline'> & {
  vendorId?: string | undefined;
};

export type PreparedTicket = {
  kind: 'ready';
  warnings: TaskWarning[];
} & Pick<
  NewTask,
  'vendorUrl' | 'vendorHost' | 'vendorId' | 'ticketIdentity' | 'vendorRule' | 'notBefore' | 'deadline'
>;

export type TicketRefusal =
  | { kind: 'schedule_invalid'; errors: FieldError[] }
  /** `deadline`: the end of the ticket's window, where that has passed. */
  | { kind: 'ticket_invalid'; errors: FieldError[]; deadline: Date | null }
  | { kind: 'url_not_allowed'; errors: FieldError[] }
  | { kind: 'vendor_not_found' }
  | { kind: 'vendor_mismatch'; errors: FieldError[] }
  /** Known, but nobody knows where its portal stands. */
  | { kind: 'vendor_unsupported'; errors: FieldError[] };

/** Checks in the order of what they cost; the first that fails is the answer. Error paths are those of the request. */
export async function prepareTicket(
  deps: PrepareTicketDeps,
  principal: TenantScope,
  input: TicketRequest,
): Promise<PreparedTicket | TicketRefusal> {
  const now = deps.clock.now();
  const wanted = { start: dateOrNull(input.scheduledFor), deadline: dateOrNull(input.deadline) };
  const schedule = checkSchedule(wanted.start, wanted.deadline, now, 'deadline');
  if (schedule.length > 0) return { kind: 'schedule_invalid', errors: schedule };
  const errors = checkTicket(input.ticketData, now);
  if (errors.length > 0) return { kind: 'ticket_invalid', errors, deadline: null };

  const portal = findPortal(await deps.vendors.current(), principal, input);
  if (portal.kind !== 'portal') return portal;
  const path = input.vendorUrl === undefined ? 'vendorId' : 'vendorUrl';
  const reachable = await checkOutboundUrl(portal.url, path, deps.outbound);
  if (!reachable.ok) return { kind: 'url_not_allowed', errors: [reachable.error] };
  const wrongMode = checkSandbox(reachable.url, path, principal.mode, deps.sandboxHosts);
  if (wrongMode !== null) return { kind: 'url_not_allowed', errors: [wrongMode] };

  const { vendor } = portal;
  const check = vendor === null ? NOTHING_KNOWN : checkVendorTicket(input.ticketData, vendor, now);
  if (check.errors.length > 0)
    return { kind: 'ticket_invalid', errors: check.errors, deadline: check.expiredAt };
  const notBefore = latest(wanted.start, check.notBefore);
  const deadline = wanted.deadline ?? check.deadline;
  const tooLate = checkSchedule(
    notBefore,
    deadline,
    now,
    wanted.deadline === null ? 'scheduledFor' : 'deadline',
  );
  if (tooLate.length > 0) return { kind: 'schedule_invalid', errors: tooLate };
  return {
    kind: 'ready',
    warnings: check.warnings,
    notBefore,
    deadline,
    ...identify(reachable.url.href, vendor, input),
  };
}

const NOTHING_KNOWN: VendorTicketCheck = {
  errors: [],
  warnings: [],
  notBefore: null,
  deadline: null,
  expiredAt: null,
};

type FoundPortal = { kind: 'portal'; url: string; vendor: VendorRow | null } | TicketRefusal;

/** The portal's address, and whose it is: by its id where one is given, else by the address. */
function findPortal(
  directory: VendorDirectory,
  { mode }: TenantScope,
  { vendorUrl, vendorId }: TicketRequest,
): FoundPortal {
  const atUrl =
    vendorUrl === undefined || !URL.canParse(vendorUrl) ? null : directory.at(new URL(vendorUrl), mode);
  if (vendorId === undefined) return { kind: 'portal', url: vendorUrl ?? '', vendor: atUrl };
  const vendor = directory.byId(vendorId, mode);
  if (vendor === null) return { kind: 'vendor_not_found' };
  if (vendorUrl === undefined) {
    if (vendor.portalUrl !== null) return { kind: 'portal', url: vendor.portalUrl, vendor };
    const message = "The address of this vendor's portal is not known. Give it as vendorUrl.";
    return { kind: 'vendor_unsupported', errors: [{ path: 'vendorId', code: 'portal_unknown', message }] };
  }
  // A vendor without known hosts may stand at any address that is not another's.
  const fits = atUrl === null ? vendor.hosts.length === 0 : atUrl.id === vendor.id;
  if (fits) return { kind: 'portal', url: vendorUrl, vendor };
  const message = 'vendorUrl is not an address of this vendor. Give one of the two, or both of one portal.';
  return { kind: 'vendor_mismatch', errors: [{ path: 'vendorId', code: 'vendor_mismatch', message }] };
}

function identify(url: string, vendor: VendorRow | null, { ticketData }: TicketRequest) {
  const general = ticketIdentity(url, ticketData);
  const own = vendor === null ? null : vendorTicketIdentity(vendor, ticketData);
  return {
    vendorUrl: url,
    vendorHost: portalHost(url),
    vendorId: vendor?.id ?? null,
    ticketIdentity: own?.text ?? general,
    vendorRule: own === null ? null : { name: own.rule, generalIdentity: general },
  };
}

function checkSchedule(
  start: Date | null,
  deadline: Date | null,
  now: Date,
  path: 'deadline' | 'scheduledFor',
): FieldError[] {
  if (deadline === null || (deadline > (start ?? now) && deadline > now)) return [];
  return [{ path, code: 'deadline_passed', message: 'The deadline lies before the task can start.' }];
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function dateOrNull(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
