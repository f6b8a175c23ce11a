/** Finding the options of a list that was just opened, whoever built it. Runs inside pages. */
import type { OptionSearch } from '../frame-observation.ts';
import { contains, isControl, line, plain, shownText, visible, walk, words } from './dom.ts';
import { controlledList } from './controls.ts';
import { elementOf, numberOf } from './registry.ts';

const OPTION =
  '[role=option],[class*=option i],[class*=dropdown-item i],[class*=select-item i],[class*=list-item i],[class*=menu-item i],[class*=suggestion i],[class*=results__ i],[class*=active-result i]';
const PLACEHOLDER =
  /^[-–—\s]*(selecciona|seleccione|elige|elija|choose|select|loading|cargando|buscando|sin resultados|no hay|no results)/i;

let shownBefore = new WeakSet<Element>();

/** Remembers what is shown now, so that what opens afterwards is known as new. */
export function rememberShown(): void {
  shownBefore = new WeakSet();
  walk(document.documentElement, (element) => {
    if (visible(element)) shownBefore.add(element);
    return true;
  });
}

/** Looks for the wanted option among what the list box `n` opened. */
export function findOption(n: number, wanted: string): OptionSearch {
  const trigger = elementOf(n);
  if (trigger === null) return { state: 'none' };
  const options = shownOptions(trigger);
  if (options.length === 0) return { state: 'none' };
  const best = bestMatch(options, wanted);
  if (best === null)
    return { state: 'unmatched', texts: options.slice(0, 40).map((option) => shownText(option, 60)) };
  return { state: 'found', n: numberOf(best), text: shownText(best, 200) };
}

function shownOptions(trigger: Element): Element[] {
  const list = controlledList(trigger);
  const marked = [...(list ?? document).querySelectorAll(list === null ? OPTION : `${OPTION},li`)];
  const fits = (element: Element) =>
    visible(element) &&
    !isControl(element) &&
    (list !== null || !shownBefore.has(element) || contains(trigger, element));
  const explicit = innermost(marked.filter(fits)).filter(isChoice);
  if (explicit.length > 0) return explicit;
  const fresh: Element[] = [];
  walk(document.documentElement, (element) => {
    if (!shownBefore.has(element) && visible(element) && hasOwnText(element)) fresh.push(element);
    return true;
  });
  return innermost(fresh.map((element) => rowOf(element))).filter(isChoice);
}

function isChoice(element: Element): boolean {
  const text = shownText(element, 200);
  return (
    text !== '' && element.getAttribute('aria-disabled') !== 'true' && !/group|header/i.test(words(element))
  );
}

function hasOwnText(element: Element): boolean {
  return [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && line(node.nodeValue) !== '',
  );
}

/** The whole row of an option whose text stands in a part of it. */
function rowOf(element: Element): Element {
  let row = element;
  while (
    row.parentElement !== null &&
    !shownBefore.has(row.parentElement) &&
    row.parentElement.children.length > 0 &&
    line(row.parentElement.textContent) === line(row.textContent)
  ) {
    row = row.parentElement;
  }
  return row;
}

function innermost(elements: readonly Element[]): Element[] {
  const unique = [...new Set(elements)];
  return unique.filter((outer) => !unique.some((inner) => inner !== outer && outer.contains(inner)));
}

/** Equal text first, then the same leading code, then one that begins so, then the only one that contains it. */
function bestMatch(options: readonly Element[], wanted: string): Element | null {
  const target = plain(wanted);
  const texts = options.map((option) => plain(shownText(option, 200)));
  const at = (test: (text: string) => boolean) => texts.findIndex((text) => text !== '' && test(text));
  const code = /^([a-z]{0,2}\d{1,5})( |$)/.exec(target)?.[1];
  const equal = at((text) => text === target);
  const sameCode = code === undefined ? -1 : at((text) => text === code || text.startsWith(`${code} `));
  const begins = at((text) => text.startsWith(`${target} `) || text.startsWith(target));
  for (const index of [equal, sameCode, begins]) if (index !== -1) return options[index] ?? null;
  const holding = texts.flatMap((text, index) => (target !== '' && text.includes(target) ? [index] : []));
  return holding.length === 1 ? (options[holding[0] ?? -1] ?? null) : null;
}

/** The text field in which an open list is filtered: the trigger itself, the focused one, or one that just appeared. */
export function filterField(n: number): number | null {
  const trigger = elementOf(n);
  const editable = (element: Element | null): element is HTMLInputElement =>
    element instanceof HTMLInputElement &&
    !element.readOnly &&
    !element.disabled &&
    element.type !== 'checkbox';
  if (editable(trigger)) return n;
  const active = document.activeElement;
  if (
    editable(active) &&
    visible(active) &&
    (!shownBefore.has(active) || (trigger?.contains(active) ?? false))
  ) {
    return numberOf(active);
  }
  const fresh = [...document.querySelectorAll('input')].find(
    (input) => editable(input) && visible(input) && !shownBefore.has(input),
  );
  return fresh === undefined ? null : numberOf(fresh);
}

/** Scrolls the open list one page on; false at its end. Lists that draw only what is seen need it. */
export function scrollList(n: number): boolean {
  const trigger = elementOf(n);
  const option = trigger === null ? undefined : shownOptions(trigger)[0];
  for (let box = option?.parentElement ?? null; box !== null; box = box.parentElement) {
    if (box.scrollHeight > box.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(box).overflowY)) {
      const before = box.scrollTop;
      box.scrollTop += box.clientHeight * 0.8;
      return box.scrollTop !== before;
    }
  }
  return false;
}

/** Whether a list box now shows this choice, as text, value, or a mark on the option. */
export function showsChoice(n: number, optionN: number, text: string): boolean {
  const trigger = elementOf(n);
  const option = elementOf(optionN);
  const wanted = plain(text);
  const mirrored = (element: Element | null): boolean => {
    if (element === null || wanted === '') return false;
    const shown = isControl(element) ? plain(element.value) : plain(shownText(element, 300));
    return shown === wanted || shown.includes(wanted) || (shown.length > 2 && wanted.startsWith(shown));
  };
  if (trigger !== null && !contains(trigger, option ?? trigger) && mirrored(trigger)) return true;
  if (
    trigger !== null &&
    option !== null &&
    contains(trigger, option) &&
    !visible(option) &&
    mirrored(trigger)
  )
    return true;
  const selected =
    option?.getAttribute('aria-selected') === 'true' || option?.getAttribute('aria-checked') === 'true';
  return (
    selected ||
    mirrored(trigger) ||
    /(^|[-_\s])(selected|active|highlight)/i.test(option === null ? '' : words(option))
  );
}

/** Texts that only ask to choose, or say that nothing is there. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}
