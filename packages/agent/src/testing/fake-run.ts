/** A browser, a gate and a run without any of them being real: for tests of the loop. */
import { createGateKeeper, type GateKeeper } from '../loop/gate-keeper.ts';
import type { HeldRequest } from '../loop/ports.ts';
import { runAgent } from '../loop/run-agent.ts';
import type { RunOptions } from '../loop/run-state.ts';
import type {
  Action,
  ActionResult,
  AgentResult,
  CapturedDocument,
  Decision,
  Evidence,
  IssueGate,
  PlannedAction,
  Planner,
  Snapshot,
  StepReport,
  SuspectAct,
} from '../types.ts';
import { facts } from './build-snapshot.ts';

export type Settled = { act: SuspectAct; state: 'none' | 'rejected' | 'in_doubt'; evidence: Evidence | null };

export interface FakeGate extends IssueGate {
  /** `mark`, `submitted`, `answered`, `settle:<state>` in order. */
  calls: string[];
  marks: SuspectAct[];
  settled: Settled[];
}

export function fakeGate(parts: Partial<IssueGate> = {}): FakeGate {
  const calls: string[] = [];
  const marks: SuspectAct[] = [];
  const settled: Settled[] = [];
  return {
    calls,
    marks,
    settled,
    mark: (act) => {
      calls.push('mark');
      marks.push(act);
      return parts.mark?.(act) ?? Promise.resolve({ ok: true, sendWithinMs: 2_000 });
    },
    submitted: (act) => {
      calls.push('submitted');
      return parts.submitted?.(act) ?? Promise.resolve();
    },
    settle: (act, state, evidence) => {
      calls.push(`settle:${state}`);
      settled.push({ act, state, evidence });
      return Promise.resolve();
    },
    answered: () => {
      calls.push('answered');
      return Promise.resolve();
    },
    isHarmless: parts.isHarmless ?? (() => false),
  };
}

/** A portal as a machine: what is seen now, and what an act makes of it. */
export interface FakePortal {
  page(): Snapshot;
  /** Returns the act's result; may ask `send` as the network guard would. */
  act(
    action: Action,
    send: (request?: Partial<HeldRequest>) => Promise<'allow' | 'refuse'>,
  ): Promise<ActionResult> | ActionResult;
  documents?(): CapturedDocument[];
  /** The picture beside this field. */
  picture?(fieldId: string): { png: Uint8Array; name: string } | null;
  /** Called when the loop waits for a change. */
  wait?(): void;
}

export interface FakeRun {
  result: AgentResult;
  gate: FakeGate;
  steps: StepReport[];
  performed: Action[];
  keeper: GateKeeper;
}

export type RunParts = Partial<Omit<RunOptions, 'keeper' | 'driver'>> & {
  gate?: FakeGate;
  portal: FakePortal;
};

export const BUDGETS: RunOptions['budgets'] = {
  runMs: 180_000,
  maxSteps: 60,
  maxTokens: 1_000,
  maxCostUsd: 1,
};

/** Runs the agent on a fake portal. Time stands still but for waits, which take what they may. */
export async function fakeRun(parts: RunParts): Promise<FakeRun> {
  const { portal, gate = fakeGate(), ...options } = parts;
  let now = 0;
  const clock = options.clock ?? { now: () => (now += 1) };
  const keeper = createGateKeeper({ gate, clock });
  const steps: StepReport[] = [];
  const performed: Action[] = [];
  const result = await runAgent({
    facts: facts(),
    purpose: 'obtain',
    session: 'resumed',
    state: null,
    answer: null,
    planners: [],
    record: (step) => {
      steps.push(step);
      return Promise.resolve();
    },
    accept: (documents) =>
      Promise.resolve(documents.some(({ kind }) => kind === 'xml') ? 'proven' : 'need_more'),
    redact: (text) => text.replaceAll('CACX7605101P8', '•'),
    budgets: BUDGETS,
    signal: new AbortController().signal,
    pause: new AbortController().signal,
    clock,
    ...options,
    keeper,
    driver: {
      open: () => Promise.resolve({ ok: true, httpStatus: 200 }),
      snapshot: () => Promise.resolve(portal.page()),
      perform: async (action) => {
        performed.push(action);
        const request = {
          mayIssue: true,
          method: 'POST',
          url: 'https://tienda.example/f',
          host: 'tienda.example',
          path: '/f',
        };
        return portal.act(action, (more) => keeper.onHeldRequest({ ...request, ...more }));
      },
      documents: () => Promise.resolve(portal.documents?.() ?? []),
      waitForChange: (maxMs) => {
        now += maxMs;
        portal.wait?.();
        return Promise.resolve(false);
      },
      screenshot: () => Promise.resolve(null),
      captchaPicture: (fieldId) => Promise.resolve(portal.picture?.(fieldId) ?? null),
      learnt: [],
    },
  });
  return { result, gate, steps, performed, keeper };
}

/** A planner that follows a script; `pass` when it is at its end. */
export function scripted(...script: ((snapshot: Snapshot) => Decision)[]): Planner {
  const rest = [...script];
  return {
    name: 'form',
    decide: ({ snapshot }) =>
      Promise.resolve(rest.shift()?.(snapshot) ?? { kind: 'pass', reason: 'the script is over' }),
  };
}

/** Acts on the control with this name. */
export function on(
  snapshot: Snapshot,
  name: string,
  parts: Partial<PlannedAction> & { kind?: 'click' | 'check'; suspect?: boolean } = {},
): Decision {
  const target = snapshot.elements.find((element) => element.name === name)?.id ?? 'none';
  const { kind = 'click', suspect = false, ...planned } = parts;
  const action: Action = kind === 'click' ? { kind, target } : { kind, target, checked: true };
  return {
    kind: 'act',
    issueSuspect: suspect,
    actions: [{ action, why: name, stepType: 'click', confidence: 1, ...planned }],
  };
}

/** Writes a value of the task into the control with this name. */
export function write(snapshot: Snapshot, name: string, source: string, text: string): Decision {
  const target = snapshot.elements.find((element) => element.name === name)?.id ?? 'none';
  return {
    kind: 'act',
    issueSuspect: false,
    actions: [
      {
        action: { kind: 'fill', target, value: { source, text } },
        why: `Write {{${source}}}`,
        stepType: 'input',
        confidence: 1,
      },
    ],
  };
}

export const XML: CapturedDocument = {
  kind: 'xml',
  fileName: 'f.xml',
  bytes: new Uint8Array([1]),
  source: 'download',
};
export const PDF: CapturedDocument = {
  kind: 'pdf',
  fileName: 'f.pdf',
  bytes: new Uint8Array([2]),
  source: 'download',
};
export const DONE: ActionResult = { ok: true, changed: true };
