/** Signals that a page is still at work. Runs inside pages. */
import type { Pulse } from '../frame-observation.ts';
import { line, visible } from './dom.ts';

const BUSY_WORDS =
  '[aria-busy=true],[role=progressbar],[class*=spinner i],[class*=loading i],[class*=loader i],[class*=cargando i],[class*=blockUI i],[id*=loading i],[id*=cargando i],[id*=UpdateProgress i]';
const PLEASE_WAIT =
  /(cargando|procesando|espere|generando|buscando|consultando|validando|loading|processing|please wait)/i;
const OBSERVED: MutationObserverInit = {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: [
    'class',
    'style',
    'hidden',
    'disabled',
    'readonly',
    'open',
    'aria-hidden',
    'aria-expanded',
    'src',
  ],
};

let mutations = 0;
let lastChange = performance.now();
const watched = new WeakSet<Node>();
const observer = new MutationObserver((records) => {
  const now = performance.now();
  const targets = new Set(records.map((record) => record.target));
  const news = [...targets].filter((target) => !isTicking(target, now));
  if (news.length === 0) return;
  mutations += news.length;
  lastChange = now;
});

/** Changes in a row of one node, no more than a second apart, after which it is a clock or a carousel. */
const TICKS = 8;
const ticks = new WeakMap<Node, { count: number; last: number }>();

function isTicking(node: Node, now: number): boolean {
  const before = ticks.get(node);
  const count = before !== undefined && now - before.last < 1_100 ? before.count + 1 : 1;
  ticks.set(node, { count, last: now });
  return count > TICKS;
}

/** Counts the changes of this root too; shadow roots are watched once a pass has come by them. */
export function watchRoot(root: Node): void {
  if (watched.has(root)) return;
  watched.add(root);
  observer.observe(root, OBSERVED);
}

/** How restless the page is now. Nothing here waits: timers of frames out of view are held back by the browser. */
export function pulse(): Pulse {
  watchRoot(document);
  return {
    mutations,
    sinceChangeMs: performance.now() - lastChange,
    moving: document.readyState === 'loading' || animating(),
    busy: isBusy(),
  };
}

function animating(): boolean {
  return document.getAnimations().some((animation) => {
    if (animation.playState !== 'running') return false;
    const timing = animation.effect?.getComputedTiming();
    return timing !== undefined && Number.isFinite(Number(timing.endTime)) && Number(timing.endTime) < 2_000;
  });
}

/** A spinner that is seen, in the page or over it. */
export function isBusy(): boolean {
  for (const element of document.querySelectorAll(BUSY_WORDS)) {
    if (!visible(element) || getComputedStyle(element).opacity === '0') continue;
    if (element.getAttribute('aria-busy') === 'true' || element.matches('[role=progressbar]')) return true;
    const text = line(element.textContent, 200);
    if (
      text.length < 80 &&
      (text === '' || PLEASE_WAIT.test(text)) &&
      !element.matches('input,select,textarea,a')
    )
      return true;
  }
  return false;
}
