/** Looking and acting: ties snapshots, their element ids, and acts together. */
import { setTimeout as delay } from 'node:timers/promises';
import { createDeadline, failed, type ActContext, type Deadline } from '../act/context.ts';
import { perform } from '../act/perform.ts';
import { collectShown } from '../documents/shown.ts';
import { capture, type Capture } from '../observe/capture.ts';
import { revealValue } from '../safety/secrets.ts';
import type { Action, ActTerms, ActionResult, CapturedDocument, Snapshot, ValueRef } from '../types.ts';
import { captchaPicture, type CaptchaPicture } from './captcha-picture.ts';
import type { BrowserDriverOptions } from './options.ts';
import { nullWhenGone } from './frames.ts';
import { waitForQuiet, waitForSignal } from './quiet.ts';
import type { Stage } from './stage.ts';
import type { Tab } from './tabs.ts';

export interface Hands {
  snapshot(): Promise<Snapshot>;
  perform(action: Action, terms?: ActTerms): Promise<ActionResult>;
  documents(): Promise<CapturedDocument[]>;
  waitForChange(maxMs: number): Promise<boolean>;
  captchaPicture(fieldId: string): Promise<CaptchaPicture | null>;
}

/** After an act that may start something: how long a page may take to give its first sign. */
const FIRST_SIGN_MS = 250;
const CALM_MS = 80;
const PROVIDER_MS = 5_000;
/** A page whose script never yields is given up this long after the act's own time. */
const HUNG_GRACE_MS = 500;
/** Acts whose effect shows in the field itself. */
const QUIET_ACTS = new Set<Action['kind']>([
  'fill',
  'type',
  'check',
  'select',
  'choose',
  'pickDate',
  'scroll',
]);

export function createHands(stage: Stage, options: BrowserDriverOptions): Hands {
  let sequence = 0;
  let latest: Capture | null = null;
  return {
    snapshot: async () => {
      options.signal.throwIfAborted();
      const taken = look(stage, options, () => {
        sequence += 1;
        return sequence;
      });
      latest = await unlessAborted(taken, options.signal);
      return latest.snapshot;
    },
    perform: async (action, { sendWithinMs, enters } = {}) => {
      options.signal.throwIfAborted();
      if (enters !== undefined) stage.guard.noteTyped(enters);
      const whole = createDeadline(options.actionTimeoutMs, options.signal);
      // A marked act leaves in time or not at all; what follows it may take the whole of an act's time.
      const input =
        sendWithinMs === undefined
          ? whole
          : createDeadline(Math.min(options.actionTimeoutMs, sendWithinMs), options.signal);
      const hung = new AbortController();
      const giveUp = delay(options.actionTimeoutMs + HUNG_GRACE_MS, undefined, { signal: hung.signal }).then(
        () => failed('timeout', 'the page does not answer'),
      );
      giveUp.catch(() => undefined);
      try {
        const acted = actOn(stage, latest, action, { input, whole }, options);
        return await unlessAborted(Promise.race([acted, giveUp]), options.signal);
      } finally {
        hung.abort();
      }
    },
    documents: async () => {
      await stage.responses.settled();
      await stage.downloads.finished(performance.now() + options.actionTimeoutMs);
      await stage.downloads.fetch(PROVIDER_MS);
      return stage.collector.all();
    },
    captchaPicture: (fieldId) => captchaPicture(stage, latest, fieldId),
    waitForChange: async (maxMs) => {
      options.signal.throwIfAborted();
      const tab = await stage.tabs.active();
      const until = performance.now() + maxMs;
      const changed = await waitForSignal(stage, tab.target, maxMs);
      const rest = Math.max(until, performance.now() + HUNG_GRACE_MS);
      await waitForQuiet(stage, tab.target, { calmMs: CALM_MS, until: rest });
      return changed;
    },
  };
}

/** Rejects with the signal's reason as soon as it aborts. Work under way sends no further input: its deadline says so. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function look(stage: Stage, options: BrowserDriverOptions, next: () => number): Promise<Capture> {
  const until = performance.now() + options.actionTimeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    const tab = await stage.tabs.active();
    await waitForQuiet(stage, tab.target, { calmMs: CALM_MS, until });
    const taken = await capture(stage.frames, tab, next(), await facts(stage, tab));
    // Without its main frame the page is just being replaced: look again.
    if (taken.snapshot.frames[0]?.main === true || performance.now() >= until) {
      await collectShown(stage, taken);
      return taken;
    }
  }
}

async function actOn(
  stage: Stage,
  latest: Capture | null,
  action: Action,
  deadline: { input: Deadline; whole: Deadline },
  options: BrowserDriverOptions,
): Promise<ActionResult> {
  const tab = await stage.tabs.active();
  const before = await digestOf(stage, tab);
  const outcome = await perform(
    {
      tab: tabControls(stage, tab, deadline.input, options.guard.portalUrl),
      target: (id) => contextOf(stage, latest, tab, deadline.input, id),
      noteTyped: (source) => stage.guard.noteTyped(source),
      reveal: (id, value) => reveal(latest, id, value, options),
    },
    action,
  );
  if (!outcome.ok) return outcome;
  await afterAct(stage, tab, action, before, deadline.whole.at);
  const changed = before !== (await digestOf(stage, await stage.tabs.active()));
  return { ok: true, changed, ...(outcome.valueNow === undefined ? {} : { valueNow: outcome.valueNow }) };
}

async function facts(stage: Stage, active: Tab) {
  const tabs = await Promise.all(
    (await stage.tabs.list()).map(async (tab) => ({
      id: tab.target.id,
      url: tab.page.url(),
      title: tab.target.info.title,
      active: tab.target === active.target,
    })),
  );
  return {
    httpStatus: stage.tabs.answer(active.target).status,
    nativeDialogs: stage.tabs.takeDialogs(),
    tabs,
    downloads: stage.collector.all().map(({ fileName, bytes }) => ({ fileName, bytes: bytes.length })),
  };
}

function tabControls(stage: Stage, tab: Tab, deadline: Deadline, portalUrl: string) {
  return {
    page: tab.page,
    deadline,
    settle: (calmMs: number) => settle(stage, tab, deadline, calmMs),
    waitForChange: (maxMs: number) => waitForSignal(stage, tab.target, maxMs),
    mayOpen: (url: string) => stage.guard.mayOpen(url),
    portalUrl,
  };
}

/** Asked for at the last call: nothing before it knows the values of a login. */
async function reveal(
  latest: Capture | null,
  id: string,
  value: ValueRef,
  { login, guard: { portalUrl } }: BrowserDriverOptions,
): Promise<{ ok: true; value: ValueRef } | { ok: false; detail: string }> {
  const target = latest?.snapshot.elements.find((element) => element.id === id);
  if (latest === null || target === undefined)
    return { ok: false, detail: 'the field is not of the newest snapshot' };
  return revealValue(value, target, latest.snapshot, { secrets: login, portalUrl });
}

async function settle(stage: Stage, tab: Tab, deadline: Deadline, calmMs: number): Promise<void> {
  deadline.check();
  await waitForQuiet(stage, tab.target, { calmMs, until: deadline.at });
}

function contextOf(
  stage: Stage,
  latest: Capture | null,
  tab: Tab,
  deadline: Deadline,
  id: string,
): ActContext | Extract<ActionResult, { ok: false }> {
  const address = latest?.addresses.get(id);
  if (latest === null || address === undefined)
    return failed('stale', 'this id is not of the newest snapshot');
  if (latest.tab.target !== tab.target) return failed('stale', 'another tab has come to the front');
  return {
    page: tab.page,
    frames: stage.frames,
    address,
    deadline,
    settle: (calmMs) => settle(stage, tab, deadline, calmMs),
  };
}

/** Waits for what the act set off: a first sign for acts that may start something, then quiet, then its downloads. */
async function afterAct(
  stage: Stage,
  tab: Tab,
  action: Action,
  before: string,
  until: number,
): Promise<void> {
  const calmMs = QUIET_ACTS.has(action.kind) ? 30 : CALM_MS;
  await waitForQuiet(stage, tab.target, { calmMs, until });
  if (!QUIET_ACTS.has(action.kind) && (await digestOf(stage, tab)) === before) {
    const left = until - performance.now();
    if (left > 0 && (await waitForSignal(stage, tab.target, Math.min(FIRST_SIGN_MS, left)))) {
      await waitForQuiet(stage, tab.target, { calmMs, until });
    }
  }
  const active = await stage.tabs.active();
  if (active.target !== tab.target) await waitForQuiet(stage, active.target, { calmMs, until });
  await stage.downloads.finished(until);
  await stage.responses.settled();
}

/** Equal as long as no page, control, option, message, tab, dialog or download came or went. */
async function digestOf(stage: Stage, tab: Tab): Promise<string> {
  const frames = await stage.frames.of(tab.target);
  const digests = await Promise.all(
    frames.map((frame) => stage.frames.call(frame, 'digest').catch(nullWhenGone)),
  );
  return [tab.target.id, stage.tabs.dialogCount, stage.downloads.begun, ...digests].join('|');
}
