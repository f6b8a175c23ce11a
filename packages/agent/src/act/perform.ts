/** Carries out one action of the closed set on the page, and tells honestly what came of it. */
import type { Page } from 'playwright-core';
import { CdpError } from '../browser/cdp.ts';
import { DocumentGone } from '../browser/frames.ts';
import { isLoginSource } from '../safety/secrets.ts';
import type { Action, ActionResult, ValueRef } from '../types.ts';
import { check, choose, select } from './choices.ts';
import {
  ActTimeout,
  clickElement,
  failed,
  inPage,
  type ActContext,
  type ActOutcome,
  type Deadline,
} from './context.ts';
import { pickDate } from './dates.ts';
import { fill, type } from './text.ts';

/** What an action may do to the tab as a whole. */
export interface TabControls {
  readonly page: Page;
  readonly deadline: Deadline;
  settle(calmMs: number): Promise<void>;
  /** Waits for a sign of change; false when none came. */
  waitForChange(maxMs: number): Promise<boolean>;
  mayOpen(url: string): boolean;
  /** Where the task began. */
  readonly portalUrl: string;
}

export interface PerformDeps {
  tab: TabControls;
  /** The act's context for an element id, or why it cannot be acted on. */
  target(id: string): ActContext | Extract<ActionResult, { ok: false }>;
  /** Told before a value of the task is typed: from then on the guard is strict. */
  noteTyped(source: string): void;
  /** The value as it is to be typed into an element; a login's own where the value names one, or why not. */
  reveal(id: string, value: ValueRef): Promise<{ ok: true; value: ValueRef } | { ok: false; detail: string }>;
}

/** Typed failures for everything a page can do; throws only when the run was aborted or the browser is lost. */
export async function perform(deps: PerformDeps, action: Action): Promise<ActOutcome> {
  try {
    return await dispatch(deps, action);
  } catch (error) {
    if (error instanceof DocumentGone) return failed('stale', 'the page was replaced during the act');
    if (error instanceof ActTimeout) return failed('timeout', error.message);
    if (error instanceof CdpError && !error.gone)
      return failed('stale', 'the frame was replaced during the act');
    throw error;
  }
}

function dispatch(deps: PerformDeps, action: Action): Promise<ActOutcome> {
  switch (action.kind) {
    case 'click':
      return onElement(deps, action.target, click);
    case 'fill':
    case 'type':
    case 'pickDate':
      return onElement(deps, action.target, async (act) => {
        const revealed = await deps.reveal(action.target, action.value);
        if (!revealed.ok) return failed('refused', revealed.detail);
        deps.noteTyped(action.value.source);
        const typing = { fill, type, pickDate }[action.kind];
        return withoutSecret(action.value, await typing(act, revealed.value));
      });
    case 'select':
      return onElement(deps, action.target, (act) => select(act, action.option));
    case 'choose':
      return onElement(deps, action.target, (act) => choose(act, action.optionText));
    case 'check':
      return onElement(deps, action.target, (act) => check(act, action.checked));
    case 'openLink':
      return onElement(deps, action.target, (act) => openLink(deps, act));
    case 'press':
      return press(deps, action.target, action.key);
    case 'scroll':
      return scroll(deps, action.target);
    case 'wait':
      return waitFor(deps, action.forMs);
    case 'back':
    case 'home':
    case 'reload':
      return travel(deps, action.kind);
    default:
      return action satisfies never;
  }
}

/** What a field reads back of a login goes no further. */
function withoutSecret(value: ValueRef, outcome: ActOutcome): ActOutcome {
  return outcome.ok && isLoginSource(value.source) ? { ok: true } : outcome;
}

async function onElement(
  deps: PerformDeps,
  id: string,
  run: (act: ActContext) => Promise<ActOutcome>,
): Promise<ActOutcome> {
  const act = deps.target(id);
  return 'ok' in act ? act : run(act);
}

async function click(act: ActContext): Promise<ActOutcome> {
  const { role, options } = act.address.view;
  // A native list cannot be worked by clicking: its options are drawn outside of the page.
  if (role === 'select' && options.length > 0) return failed('not_actionable', 'use select on a native list');
  return clickElement(act, act.address.n);
}

async function openLink(deps: PerformDeps, act: ActContext): Promise<ActOutcome> {
  const { href, role } = act.address.view;
  if (role !== 'link') return failed('not_actionable', 'this is not a link');
  if (/^https?:/.test(href) && !deps.tab.mayOpen(href))
    return failed('refused', 'the link leads away from the portal');
  return clickElement(act, act.address.n);
}

async function press(deps: PerformDeps, id: string | null, key: string): Promise<ActOutcome> {
  if (id !== null) {
    const act = deps.target(id);
    if ('ok' in act) return act;
    if (!(await inPage(act, 'focus', act.address.n))) {
      return failed('not_actionable', 'the element does not take the focus');
    }
  }
  deps.tab.deadline.check();
  await deps.tab.page.keyboard.press(key);
  return { ok: true };
}

async function scroll(deps: PerformDeps, id: string | null): Promise<ActOutcome> {
  if (id !== null) {
    return onElement(deps, id, async (act) =>
      (await inPage(act, 'scrollPage', act.address.n))
        ? { ok: true }
        : failed('no_effect', 'nothing to scroll'),
    );
  }
  deps.tab.deadline.check();
  await deps.tab.page.mouse.wheel(0, 600);
  return { ok: true };
}

async function waitFor(deps: PerformDeps, forMs: number): Promise<ActOutcome> {
  await deps.tab.waitForChange(Math.min(forMs, deps.tab.deadline.left()));
  return { ok: true };
}

type TravelOptions = { waitUntil: 'commit'; timeout: number };

const TRAVEL = {
  back: ({ page }: TabControls, options: TravelOptions) => page.goBack(options),
  home: ({ page, portalUrl }: TabControls, options: TravelOptions) => page.goto(portalUrl, options),
  reload: ({ page }: TabControls, options: TravelOptions) => page.reload(options),
};

async function travel(deps: PerformDeps, kind: 'back' | 'home' | 'reload'): Promise<ActOutcome> {
  const { page, deadline } = deps.tab;
  const options = { waitUntil: 'commit', timeout: deadline.left() } as const;
  try {
    const answer = await TRAVEL[kind](deps.tab, options);
    if (kind === 'back' && answer === null && page.url() === 'about:blank')
      return failed('no_effect', 'nothing to go back to');
    return { ok: true };
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (/Timeout/.test(text)) return failed('timeout', 'the page did not answer');
    return failed('no_effect', /net::\w+/.exec(text)?.[0] ?? 'the page could not be loaded');
  }
}
