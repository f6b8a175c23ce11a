/**
 * Asks SAT's register about invoices whose time has come: those that a task waits for, and those that count, to learn of a
 * later cancellation. When to ask is a row of each invoice, so nothing is lost with a worker; a register that is away is left
 * alone by a breaker, and the rows stay due meanwhile.
 */
import { satQuestion, type SatRegister, type SatReply } from '@cfdi-live/cfdi';
import { MODES, failure, type Mode } from '@cfdi-live/contract';
import {
  concludeSatReply,
  describeTaskCfdi,
  withListedEmisor,
  type CfdiRow,
  type Database,
  type SatCheck,
  type SatConclusion,
  type SatSettled,
  type SatSettlement,
} from '@cfdi-live/domain';
import { ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { Logger } from 'pino';
import { errorName } from '../run/run-task.ts';
import { repeat, type Repeated } from './repeat.ts';

/** Whom to ask about the invoices of each mode; null: nobody. */
export type SatRegisters = Record<Mode, SatRegister | null>;

export interface AskSatDeps {
  database: Database;
  satRegisters: SatRegisters;
  log: Logger;
}

/** A question that nobody settled in this time is asked again: much longer than a register may take to answer. */
const LOCK_MS = 120_000;
const AT_ONCE = 5;
/** Failures in a row after which a register is left alone, and for how long before one question tries it again. */
const BREAKS_AFTER = 5;
const REST_MS = 30_000;

export function startAskingSat(
  deps: AskSatDeps,
  { everyMs, onError }: { everyMs: number; onError: (error: unknown) => void },
): Repeated {
  const askers = MODES.flatMap((mode) => {
    const register = deps.satRegisters[mode];
    return register === null ? [] : [createAsker(deps, mode, register)];
  });
  const stopping = new AbortController();
  const pass = async (): Promise<void> => {
    for (const asker of askers) {
      while (!stopping.signal.aborted) {
        if (!(await asker.askDue())) break;
      }
    }
  };
  const repeated = repeat(pass, everyMs, onError);
  return {
    now: () => repeated.now(),
    async stop() {
      stopping.abort();
      await repeated.stop();
    },
  };
}

export interface Asker {
  /** Asks what is due, as many at once as is polite. True: there may be more. */
  askDue(): Promise<boolean>;
}

/** For one mode's register, with a breaker of its own. `monotonic` in milliseconds. */
export function createAsker(
  { database, log }: Pick<AskSatDeps, 'database' | 'log'>,
  mode: Mode,
  register: SatRegister,
  monotonic: () => number = () => performance.now(),
): Asker {
  const breaker = circuitBreaker(handleWhenResult(isAway), {
    // When to try again is looked at before a question is claimed; the breaker only counts.
    halfOpenAfter: 0,
    breaker: new ConsecutiveBreaker(BREAKS_AFTER),
  });
  let restsUntil: number | null = null;
  breaker.onBreak(() => {
    restsUntil = monotonic() + REST_MS;
    log.warn({ action: 'sat.away', mode }, 'the register does not answer; it is left alone for a while');
  });
  breaker.onReset(() => {
    restsUntil = null;
    log.info({ action: 'sat.back', mode }, 'the register answers again');
  });

  const ask = async (check: SatCheck): Promise<void> => {
    try {
      await askAbout(database, check, (question) => breaker.execute(() => register(question)));
    } catch (error) {
      // Its lock passes, and it is asked about again.
      log.warn({ action: 'sat.not_settled', mode, err: errorName(error) }, 'a question is asked again');
    }
  };

  return {
    async askDue() {
      if (restsUntil !== null && monotonic() < restsUntil) return false;
      const limit = restsUntil === null ? AT_ONCE : 1;
      const due = await database.system.claimSatChecks({ modes: [mode], lockMs: LOCK_MS, limit });
      await Promise.all(due.map(ask));
      return due.length === limit && restsUntil === null;
    },
  };
}

/** Whether SAT itself is in trouble, and not this one question. */
function isAway(reply: unknown): boolean {
  const { kind, reason } = reply as { kind: SatReply['kind']; reason?: string };
  return kind === 'unavailable' && reason !== 'question_refused';
}

/** One question and its settlement; null: the invoice is gone. Throws what the database throws. */
export async function askAbout(
  database: Pick<Database, 'withTenant'>,
  check: SatCheck,
  ask: SatRegister,
): Promise<SatSettled | null> {
  const invoice = await database.withTenant(check, (tx) => tx.cfdis.getDocument(check.documentId));
  if (invoice === null) return null;
  // Between the two transactions: nothing is locked while SAT thinks.
  const reply = await ask(satQuestion(invoice.facts));
  const asked = { ...invoice, stampedAt: invoice.facts.stamp.stampedAt };
  const settlement = settlementOf(invoice, concludeSatReply(asked, reply, check.askedAt), check.askedAt);
  return await database.withTenant(check, (tx) => tx.cfdis.settleSat(settlement));
}

function settlementOf(
  invoice: CfdiRow,
  { status, nextAt, outcome, emisorIsListed }: SatConclusion,
  askedAt: Date,
): SatSettlement {
  const findings = emisorIsListed
    ? withListedEmisor(invoice.findings, invoice.facts.emisor.rfc)
    : invoice.findings;
  return {
    invoice,
    askedAt,
    status,
    nextAt,
    findings: findings === invoice.findings ? null : findings,
    end: endOf({ ...invoice, findings, satStatus: status ?? invoice.satStatus }, outcome),
  };
}

function endOf(invoice: CfdiRow, outcome: SatConclusion['outcome']): SatSettlement['end'] {
  switch (outcome) {
    case 'open':
      return null;
    case 'accept':
      return { on: 'complete', cfdi: describeTaskCfdi({ ...invoice, authenticatedBy: 'sat' }) };
    case 'refuse': {
      const details = { uuid: invoice.uuid, satStatus: invoice.satStatus };
      return { on: 'fail', failure: failure('cfdi_unverified', { details }) };
    }
  }
}
