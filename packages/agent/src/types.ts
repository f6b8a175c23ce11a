/**
 * The agent's vocabulary: what is seen (Snapshot), what can be done (Action), who decides (Planner),
 * and what a run ends with (AgentResult). All plain data, so the loop is tested with plain fakes.
 */
import type { FailureCode, ProfileFacts, StepType, TicketData } from '@cfdi-live/contract';

// ── What is seen ────────────────────────────────────────────────────────────────────────────────

/** Where a word about a control came from: the weight of the evidence depends on it. */
export interface ElementLabels {
  /** `<label>` text, without the text of the controls inside. */
  label: string;
  /** aria-label, or the text that aria-labelledby points to. */
  aria: string;
  /** Text just before it: neighbour cell, column head, preceding sibling. */
  near: string;
  placeholder: string;
  title: string;
  /** `name` + `id` + framework binding names, as written. */
  name: string;
  /** Legend or heading of the group it stands in. */
  group: string;
  /** Of what is pressed: the whole row of the list or table it stands in. */
  row: string;
}

export interface ElementOption {
  value: string;
  text: string;
  selected: boolean;
  disabled: boolean;
}

export type ElementRole =
  | 'textbox'
  | 'select'
  | 'listbox'
  | 'option'
  | 'checkbox'
  | 'radio'
  | 'button'
  | 'link'
  | 'clickable'
  | 'tab'
  | 'image'
  | 'file';

/** One control of a page, as it stood when the snapshot was taken. */
export interface ElementView {
  /** Valid only together with the snapshot that gave it. */
  id: string;
  frameId: string;
  role: ElementRole;
  tag: string;
  /** The input's `type` attribute, lower case; '' elsewhere. */
  type: string;
  /** The best accessible name. */
  name: string;
  labels: ElementLabels;
  /** Current value (text, chosen option's text); '' for passwords. */
  value: string;
  checked: boolean;
  disabled: boolean;
  readonly: boolean;
  required: boolean;
  invalid: boolean;
  /** On screen, or reachable by scrolling; false for controls hidden behind their label (styled check boxes). */
  visible: boolean;
  /** Covered by an overlay or modal at its centre. */
  covered: boolean;
  /** Honeypot evidence: off-screen, zero size, aria-hidden, tabindex=-1 with no label. */
  suspicious: boolean;
  /** A picture that the page calls a CAPTCHA stands beside it, and no other field stands nearer. */
  besideCaptcha: boolean;
  options: ElementOption[];
  maxLength: number | null;
  pattern: string;
  inputMode: string;
  autocomplete: string;
  href: string;
  /** `download` attribute, or a link that looks like a file. */
  download: boolean;
  expanded: boolean | null;
  /** Inside an open dialog (modal) of the page: index of that dialog text in `texts`, else null. */
  inDialog: boolean;
  /** Key of the form-like container it belongs to; controls of one form share it. */
  formKey: string;
  box: { x: number; y: number; width: number; height: number };
}

export interface TextView {
  frameId: string;
  kind: 'heading' | 'alert' | 'dialog' | 'result' | 'paragraph' | 'legend';
  text: string;
}

export interface FrameView {
  id: string;
  url: string;
  /** Main frame of the active tab. */
  main: boolean;
  /** A CAPTCHA provider's widget stands in it: `solved` once it has handed in its token. */
  captcha: 'open' | 'solved' | null;
}

export interface NativeDialogView {
  kind: 'alert' | 'confirm' | 'prompt' | 'beforeunload';
  message: string;
  /** How it was answered: a dialog nobody answers kills the tab. */
  answer: 'accepted' | 'dismissed';
}

/**
 * One observation of everything that can be acted on or read, over all frames of the active tab. In clear: portals
 * echo values, so whoever shows, stores or sends it to a model redacts it first.
 */
export interface Snapshot {
  id: string;
  url: string;
  title: string;
  /** HTTP status of the main document, when known. */
  httpStatus: number | null;
  frames: FrameView[];
  elements: ElementView[];
  texts: TextView[];
  /** Native dialogs since the previous snapshot. */
  nativeDialogs: NativeDialogView[];
  tabs: { id: string; url: string; title: string; active: boolean }[];
  /** Files that arrived since the run began (names only). */
  downloads: { fileName: string; bytes: number }[];
  /** Host + path + structure of controls, without values: equal pages give equal text. */
  fingerprint: string;
}

// ── What can be done ────────────────────────────────────────────────────────────────────────────

/** A value to type: a placeholder such as `{{profile.rfc}}`, with the format to write it in, or literal text. */
export interface ValueRef {
  /** `profile.*`, `ticket.*`, `ticket.extra.<key>`, `task.mailbox`; or `literal`. */
  source: string;
  /** The text to type, already formatted for this field. Never logged: steps show `source`. */
  text: string;
}

/**
 * The closed set of acts. `target` is an element id of the newest snapshot: it names its snapshot itself
 * (`<snapshot>:<frame>.<element>`), and one of an older snapshot is `stale`.
 * `pickDate` takes `yyyy-mm-dd` and writes it as the field asks; text in another form is typed as it is.
 */
export type Action =
  | { kind: 'click'; target: string }
  | { kind: 'fill'; target: string; value: ValueRef }
  | { kind: 'type'; target: string; value: ValueRef }
  | { kind: 'select'; target: string; option: { value?: string; text?: string } }
  | { kind: 'choose'; target: string; optionText: string }
  | { kind: 'check'; target: string; checked: boolean }
  | { kind: 'pickDate'; target: string; value: ValueRef }
  | { kind: 'press'; target: string | null; key: 'Enter' | 'Tab' | 'Escape' | 'ArrowDown' }
  | { kind: 'scroll'; target: string | null }
  | { kind: 'wait'; forMs: number; reason: string }
  | { kind: 'back' }
  /** Opens the task's own portal address anew. */
  | { kind: 'home' }
  | { kind: 'openLink'; target: string }
  | { kind: 'reload' };

/** What goes with an act. */
export interface ActTerms {
  /** Nothing may be sent to the page after it; the act then fails with `timeout`. */
  sendWithinMs?: number;
  /** The value of the task that a choice stands for (`profile.*`, `ticket.*`): the page knows it from then on. */
  enters?: string;
}

/**
 * `changed`: the page shows something else than before (another page, control, option or message), beyond the value
 * that was put in. `valueNow` is what the field reads back, in clear. `detail` never holds a value.
 */
export type ActionResult =
  | { ok: true; changed: boolean; valueNow?: string }
  | {
      ok: false;
      reason: 'stale' | 'not_actionable' | 'no_effect' | 'covered' | 'disabled' | 'timeout' | 'refused';
      detail: string;
    };

// ── Who decides ─────────────────────────────────────────────────────────────────────────────────

export interface PlannedAction {
  action: Action;
  /** Redacted sentence for the step: what and why, placeholders instead of values. */
  why: string;
  stepType: StepType;
  /** 0–1. */
  confidence: number;
  /** The planner's own note to its later self, kept in the history: it lets a planner stay pure. No values. */
  memo?: string;
}

/** Words of a page that prove a conclusion: taken from an alert, dialog or result region of a snapshot. */
export interface Evidence {
  snapshotId: string;
  text: string;
  kind: TextView['kind'] | 'native_dialog' | 'http';
}

/** What a page said in the end, other than by handing out documents. */
export interface AgentOutcome {
  code: FailureCode;
  evidence: Evidence;
  details: Record<string, unknown>;
}

export type Decision =
  | {
      kind: 'act';
      actions: PlannedAction[];
      /** True when the last action carries an issue verb: the loop marks the ticket before sending it. */
      issueSuspect: boolean;
    }
  | { kind: 'finish'; outcome: AgentOutcome }
  /** The page says that the invoice comes later: by mail, or here, when its issuer has made it. */
  | { kind: 'awaitDelivery'; reason: DeliveryReason; evidence: Evidence }
  /** In reconcile mode: this ticket is found and still offered for invoicing. */
  | { kind: 'stillOffered'; evidence: Evidence }
  | {
      kind: 'needPerson';
      reason: PersonReason;
      evidence: Evidence;
      /** The fields that a text answer belongs into, one code over several boxes; none where text is no answer. */
      fields: readonly string[];
    }
  | { kind: 'pass'; reason: string };

/** Why only a person can go on. */
export type PersonReason = 'captcha' | 'login' | 'two_factor' | 'unknown';

export interface DecideContext {
  snapshot: Snapshot;
  previous: Snapshot | null;
  facts: TaskFacts;
  /** `reconcile` must not issue: it looks for an invoice that may exist. */
  purpose: 'obtain' | 'reconcile';
  /** What was done so far in this run, oldest first. */
  history: readonly HistoryEntry[];
  /** Documents captured so far (kinds only). */
  documents: readonly { kind: CapturedDocument['kind'] }[];
}

export interface HistoryEntry {
  fingerprint: string;
  planned: PlannedAction;
  /** `actKey` of the target: role + name + page. */
  actKey: string;
  result: ActionResult;
  planner: string;
  /** Held requests (see the gate) that left for the portal during the act: it was asked, not only shown. */
  requests?: number;
}

/** Decides the next step from a snapshot. Cheapest planners are asked first; `pass` hands over to the next. */
export interface Planner {
  readonly name: 'recipe' | 'form' | 'llm';
  decide(context: DecideContext): Promise<Decision & { tokens?: number; costUsd?: number }>;
}

// ── What the run is about ───────────────────────────────────────────────────────────────────────

/** Everything a browser may be made to type for one task. In clear, in memory only. */
export interface TaskFacts {
  vendorUrl: string;
  ticket: TicketData;
  profile: ProfileFacts;
  /** Payment form to choose where the portal asks: the ticket's, else null. */
  paymentForm: string | null;
  /** Where portals are told to mail the document. */
  mailbox: string;
  /** The login that this portal may be given, where the task has one. */
  login?: LoginFacts;
}

/** What there is of a login, never its values: those are put in at the last call, by their placeholders. */
export interface LoginFacts {
  hasPassword: boolean;
  /** Whether codes of an authenticator can be made. */
  hasTotp: boolean;
  /** What else the portal's login asks for, by its label. */
  additionalFields: readonly string[];
}

/** A file that a portal handed over, however it did. */
export interface CapturedDocument {
  kind: 'xml' | 'pdf' | 'other';
  fileName: string;
  bytes: Uint8Array;
  /** `mail`, `link` and `upload` come from outside a browser. */
  source: 'download' | 'zip' | 'response' | 'inline' | 'mail' | 'link' | 'upload';
}

/** What a document is waited for. */
export type DeliveryReason = 'mail' | 'issuer_pending';

/** The files that the browser's own downloads produced; the provider's API hands them over (late, as a ZIP). */
export interface SessionDownloads {
  list(signal: AbortSignal): Promise<{ fileName: string; bytes: Uint8Array }[]>;
}

/** An act that may issue an invoice, as the ticket's guard records it. */
export interface SuspectAct {
  /** Stable over runs: page fingerprint + role + name of the target (or method + path of a held request). */
  actKey: string;
  trigger: 'verb' | 'network';
  /** Read-back before the act: what the page shows of RFC, total, regime. */
  readBack: Record<string, 'equal' | 'different' | 'not_shown'>;
}

/**
 * The ticket's guard (exactly-once issuance). The agent may send an issue-suspect act only after `mark` said ok, and
 * only within `sendWithinMs` of monotonic time.
 */
export interface IssueGate {
  mark(
    act: SuspectAct,
  ): Promise<{ ok: true; sendWithinMs: number } | { ok: false; reason: 'lost_lease' | 'not_free' }>;
  /** The act (or held request) has left for the portal. */
  submitted(act: SuspectAct): Promise<void>;
  /** The page's answer made clear what became of a marked act, or that it did not (`in_doubt`). */
  settle(act: SuspectAct, state: 'none' | 'rejected' | 'in_doubt', evidence: Evidence | null): Promise<void>;
  /** The portal says that the invoice of the marked act is made: no look-up may conclude from here on that it is not. */
  answered(act: SuspectAct): Promise<void>;
  /** In reconcile mode: acts that an earlier run sent and that proved to be only a next step. */
  isHarmless(actKey: string): boolean;
}

/** What the run tells while it works; one call a step, after the act. */
export interface StepReport {
  type: StepType;
  summary: string;
  planner: 'recipe' | 'form' | 'llm' | 'person' | 'platform';
  confidence: number | null;
  durationMs: number;
  tokens: number;
  costUsd: number;
  /** JPEG with filled fields masked, when one was taken. */
  screenshot: Uint8Array | null;
}

export type AgentResult =
  | { kind: 'documents'; documents: CapturedDocument[]; recovered: boolean }
  | { kind: 'outcome'; outcome: AgentOutcome }
  | {
      kind: 'awaitDelivery';
      reason: DeliveryReason;
      evidence: Evidence;
      documents: CapturedDocument[];
    }
  | { kind: 'stillOffered'; evidence: Evidence }
  | {
      kind: 'needPerson';
      reason: PersonReason;
      evidence: Evidence | null;
      vendorMessage: string | null;
      /** PNG of the CAPTCHA alone: nothing else of the page is in it. Null where there is none to be drawn. */
      picture: Uint8Array | null;
      /** A text would do: the characters of the picture, or the code that was sent to somebody. */
      answerable: boolean;
      state: AgentState;
    }
  /** A pause was asked for from outside, and this was the next safe point. */
  | { kind: 'paused'; state: AgentState }
  /** The gate refused, so somebody else works on the ticket, or it is no longer free. */
  | { kind: 'gateClosed'; reason: 'lost_lease' | 'not_free' }
  | { kind: 'stopped'; reason: 'aborted' | 'browser_lost' | SpentBudget };

/** The limit at which a run ended. */
export type SpentBudget = 'run_budget' | 'step_budget' | 'token_budget' | 'cost_budget';

// ── What a parked run leaves to the one that goes on ────────────────────────────────────────────

/** One act of the parked run. The target's id and the typed text are left out: the one is of no later use, the other secret. */
export interface DoneAct {
  fingerprint: string;
  actKey: string;
  act: Action['kind'];
  /** What was typed: `profile.rfc`, `ticket.folio`, … Null for acts that type nothing. */
  source: string | null;
  stepType: StepType;
  memo: string | null;
  ok: boolean;
  changed: boolean;
  planner: string;
  /** Requests that left for the portal during it. */
  requests: number;
}

/**
 * What a parked run knew, for the run that goes on: JSON, and no value of the task in it (sources, hashed keys and
 * page fingerprints only). `readAgentState` reads it back.
 */
export interface AgentState {
  version: 1;
  /** What the run asked a person for; null where it was paused. */
  asked: {
    reason: PersonReason;
    /** Names the CAPTCHA's picture as it was shown (a hash): an answer belongs to it, and to no other. */
    picture: string | null;
    /** How often a text answer was typed and refused. */
    wrongAnswers: number;
  } | null;
  /** Oldest first; the newest 200. */
  done: DoneAct[];
  /** Page structures that were seen. */
  seen: string[];
  /** Acts performed, over all runs since the first. */
  steps: number;
  /** `host:port` of third parties that the portal's pages called before the first value was typed. */
  learnt: string[];
}
