/**
 * Taking up what an earlier run parked: its browser where it was kept, where the agent stood, what a person answered. What a
 * person did meanwhile counts as an act of ours, unless nothing left the browser while they had it.
 */
import { readAgentState, type AgentResult } from '@cfdi-live/agent';
import { mostWarm, type ClaimedTask, type Parking, type TicketRow } from '@cfdi-live/domain';
import { resumeBrowser, type BrowserContext, type RunBrowser } from './browser.ts';
import { FROM_NOTHING, type Resumption } from './drive.ts';

export interface TakenUp {
  /** Null: this run needs a fresh one. */
  browser: RunBrowser | null;
  resumption: Resumption;
  /** As it stands now. */
  ticket: TicketRow;
}

/** `lost`: so is the fence, or the run was asked to stop meanwhile. */
export async function takeUpParked(
  context: BrowserContext,
  claimed: ClaimedTask,
  signal: AbortSignal,
): Promise<TakenUp | 'lost'> {
  const { database, scope, run } = context;
  const taken = await database.withTenant(scope, (tx) => tx.parking.takeUp(run));
  if (taken.kind === 'lost') return 'lost';
  const { session, agentState, answer, waitMs } = taken.value;
  const state = readAgentState(agentState);
  const fresh = { browser: null, resumption: { ...FROM_NOTHING, state }, ticket: claimed.ticket };
  if (session === null || session.providerSessionId === null) return fresh;

  // What the last holder of control sent just before the end may be on its way.
  if (!(await waited(waitMs, signal))) return 'lost';
  const kept = { id: session.id, providerSessionId: session.providerSessionId };
  const ticket = await ticketAfterTakeover(context, claimed, kept.providerSessionId);
  const browser = await resumeBrowser(context, kept, signal);
  if (browser === null) return { ...fresh, ticket };
  return { browser, resumption: { session: 'resumed', state, answer }, ticket };
}

/** The doubt that a takeover brought is taken back where the provider counted, and counted nothing. */
async function ticketAfterTakeover(
  { database, provider, scope, run }: BrowserContext,
  { ticket, task }: ClaimedTask,
  providerSessionId: string,
): Promise<TicketRow> {
  if (!ticket.takenOver) return ticket;
  const sent = await provider.requestsDuringTakeover(providerSessionId).catch(() => null);
  if (sent !== 0) return ticket;
  return (await database.withTenant(scope, (tx) => tx.parking.spareTicket(task.id, run))) ?? ticket;
}

/** False: the run was asked to stop first. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  if (ms === 0) return true;
  return await new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** What a run leaves for a person, and for the run after that. */
export interface LeftBehind {
  parking: Omit<Parking, 'pictureArtifactId'>;
  /** PNG of a CAPTCHA. */
  picture: Uint8Array | null;
}

/** Null: such a run does not park. */
export function leftBy(
  result: AgentResult,
  { sessionId, maxSessions }: { sessionId: string; maxSessions: number },
): LeftBehind | null {
  if (result.kind !== 'needPerson' && result.kind !== 'paused') return null;
  const asks = result.kind === 'needPerson' ? result : null;
  return {
    parking: {
      agentState: result.state,
      sessionId,
      mostWarm: mostWarm(maxSessions),
      answerable: asks?.answerable ?? false,
      vendorMessage: asks?.vendorMessage ?? null,
    },
    picture: asks?.picture ?? null,
  };
}
