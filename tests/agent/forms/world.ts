/** A whole run of the agent on real pages: browser, loop, planner, and a ticket's guard that remembers. */
import { createFormPlanner, createGateKeeper, runAgent } from '@cfdi-live/agent';
import type {
  AgentResult,
  CapturedDocument,
  Evidence,
  IssueGate,
  LoginSecrets,
  Snapshot,
  StepReport,
  SuspectAct,
  TaskFacts,
} from '@cfdi-live/agent';
import type { BrowserHost } from '../browser/support.ts';

/** What the guard was told, in order. */
export interface GateBook {
  marks: SuspectAct[];
  settled: { act: SuspectAct; state: 'none' | 'rejected' | 'in_doubt'; evidence: Evidence | null }[];
  readonly state: 'none' | 'submitting' | 'submitted' | 'rejected' | 'in_doubt';
}

/** The ticket's guard in memory, with the rules of the real one. */
export function memoryGate(
  state: GateBook['state'] = 'none',
  harmlessKeys: readonly string[] = [],
): IssueGate & { book: GateBook } {
  const book = { marks: [] as SuspectAct[], settled: [] as GateBook['settled'], state };
  return {
    book,
    mark: (act) => {
      if (book.state !== 'none' && book.state !== 'rejected')
        return Promise.resolve({ ok: false, reason: 'not_free' });
      book.state = 'submitting';
      book.marks.push(act);
      return Promise.resolve({ ok: true, sendWithinMs: 2_000 });
    },
    submitted: () => {
      book.state = 'submitted';
      return Promise.resolve();
    },
    settle: (act, to, evidence) => {
      book.state = to;
      book.settled.push({ act, state: to, evidence });
      return Promise.resolve();
    },
    answered: () => Promise.resolve(),
    isHarmless: (key) => harmlessKeys.includes(key),
  };
}

export interface AgentRun {
  result: AgentResult;
  steps: StepReport[];
  gate: GateBook;
}

export interface RunParts {
  host: BrowserHost;
  facts: TaskFacts;
  purpose?: 'obtain' | 'reconcile';
  gate?: ReturnType<typeof memoryGate>;
  accept?: (documents: readonly CapturedDocument[]) => Promise<'proven' | 'rejected' | 'need_more'>;
  allowedPrivateHosts?: string[];
  /** Further hosts of the portal, as addresses. */
  alsoPortals?: string[];
  /** The values of the login that `facts.login` names. */
  login?: LoginSecrets;
  runMs?: number;
  /** Told every snapshot and step, for looking closer. */
  seen?: (snapshot: Snapshot) => void;
  stepped?: (step: StepReport) => void;
}

/** Runs the form planner alone on a fresh session. */
export async function runOn(parts: RunParts): Promise<AgentRun> {
  const { facts } = parts;
  const gate = parts.gate ?? memoryGate();
  const clock = { now: () => performance.now() };
  const keeper = createGateKeeper({ gate, clock });
  const values = [
    facts.profile.rfc,
    facts.profile.fullName,
    facts.ticket.folio,
    facts.ticket.webId,
    facts.ticket.barcode,
    ...Object.values(facts.ticket.extra ?? {}),
  ].filter((value): value is string => value !== undefined);
  const { driver, end } = await parts.host.open(facts.vendorUrl, {
    values,
    onHeldRequest: (request) => keeper.onHeldRequest(request),
    ...(parts.allowedPrivateHosts === undefined ? {} : { allowedPrivateHosts: parts.allowedPrivateHosts }),
    ...(parts.alsoPortals === undefined ? {} : { alsoPortals: parts.alsoPortals }),
    ...(parts.login === undefined ? {} : { login: parts.login }),
  });
  const steps: StepReport[] = [];
  const { snapshot } = driver;
  driver.snapshot = async () => {
    const seen = await snapshot();
    parts.seen?.(seen);
    return seen;
  };
  try {
    const result = await runAgent({
      driver,
      facts,
      purpose: parts.purpose ?? 'obtain',
      session: 'fresh',
      state: null,
      answer: null,
      planners: [createFormPlanner()],
      keeper,
      record: (step) => {
        steps.push(step);
        parts.stepped?.(step);
        return Promise.resolve();
      },
      accept:
        parts.accept ??
        ((documents) =>
          Promise.resolve(documents.some(({ kind }) => kind === 'xml') ? 'proven' : 'need_more')),
      redact: (text) => values.reduce((said, value) => said.replaceAll(value, '•••'), text),
      budgets: { runMs: parts.runMs ?? 60_000, maxSteps: 80, maxTokens: 0, maxCostUsd: 0 },
      signal: new AbortController().signal,
      pause: new AbortController().signal,
      clock,
    });
    return { result, steps, gate: gate.book };
  } finally {
    await end();
  }
}
