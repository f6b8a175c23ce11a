/** Choosing: native selects, list boxes made of divs, check boxes and radios. */
import type { ActContext, ActOutcome } from './context.ts';
import { clickElement, failed, inPage, inPageIfThere } from './context.ts';
import type { NativeChoice, OptionSearch } from '../observe/frame-observation.ts';

/** Chooses in a native `<select>`, by value first, then by text, and reads the choice back. */
export async function select(
  act: ActContext,
  option: { value?: string; text?: string },
): Promise<ActOutcome> {
  const { n } = act.address;
  const state = await inPage(act, 'read', n);
  if (state === null) return failed('stale', 'the list is no longer on the page');
  if (state.disabled) return failed('disabled', 'the list is disabled');
  if (state.tag !== 'select') {
    return option.text === undefined
      ? failed('not_actionable', 'this list box has no values, only texts')
      : choose(act, option.text);
  }
  const [value, text] = [option.value ?? null, option.text ?? null];
  const choice = await inPage(act, 'planNative', n, value, text);
  if (choice === null) return failed('not_actionable', 'no such option, or it is disabled');
  if (choice.chosen) return { ok: true, valueNow: choice.text };
  await inPage(act, 'focus', n);
  if (!(await chooseByKeyboard(act, choice))) await inPageIfThere(act, 'chooseNative', n, value, text);
  await inPageIfThere(act, 'blur', n);
  await act.settle(50);
  const after = await inPageIfThere(act, 'read', n);
  // Null: a post-back replaced the list; the next snapshot shows what it holds.
  if (after === null || after.selectedText === choice.text) return { ok: true, valueNow: choice.text };
  return failed('no_effect', 'the list did not keep the choice');
}

/** Beyond this many keys the way would take longer than a person's patience, and most of an act's time. */
const MAX_KEYS = 120;

/**
 * Opens the list, goes to the option, and chooses it: one trusted change, as by a person. In an open list the arrows
 * choose nothing yet; false, and nothing sent, where the list does not open.
 */
async function chooseByKeyboard(act: ActContext, { steps }: NativeChoice): Promise<boolean> {
  if (steps === null || steps > MAX_KEYS) return false;
  const { keyboard } = act.page;
  act.deadline.check();
  await keyboard.press('Alt+ArrowDown');
  if ((await inPageIfThere(act, 'listIsOpen', act.address.n)) !== true) return false;
  await keyboard.press('Home');
  for (let key = 0; key < steps; key += 1) {
    act.deadline.check();
    await keyboard.press('ArrowDown');
  }
  await keyboard.press('Enter');
  return true;
}

const OPEN_MS = 3_000;
const TYPED_OPEN_MS = 400;
const MAX_PAGES = 40;

/** Opens a list box of any make, finds the option, clicks it, and checks that the list box shows it. */
export async function choose(act: ActContext, optionText: string): Promise<ActOutcome> {
  const { n } = act.address;
  const state = await inPage(act, 'read', n);
  if (state === null) return failed('stale', 'the list box is no longer on the page');
  if (state.tag === 'select') return select(act, { text: optionText });
  if (state.expanded !== true) {
    await inPage(act, 'rememberShown');
    const opened = await clickElement(act, n);
    if (!opened.ok) return opened;
  }
  // A list that is also a text field may wait for a word before it offers anything.
  const typed = state.editable && !state.readonly;
  let search = await searchOptions(act, optionText, typed ? TYPED_OPEN_MS : OPEN_MS);
  if (search.state !== 'found') search = await filterOptions(act, optionText, search);
  if (search.state !== 'found') search = await pageThrough(act, optionText, search);
  if (search.state !== 'found') {
    await act.page.keyboard.press('Escape');
    return search.state === 'none'
      ? failed('no_effect', 'the list box shows no options')
      : failed('not_actionable', `no such option; it offers ${search.texts.length}`);
  }
  const clicked = await clickElement(act, search.n);
  if (!clicked.ok) return clicked;
  await act.settle(50);
  const shows = (await inPageIfThere(act, 'showsChoice', n, search.n, search.text)) ?? true;
  return shows
    ? { ok: true, valueNow: search.text }
    : failed('no_effect', 'the list box does not show the choice');
}

/** Looks until options are there; each look ends with the page at rest. */
async function searchOptions(act: ActContext, wanted: string, maxMs: number): Promise<OptionSearch> {
  const until = Math.min(performance.now() + maxMs, act.deadline.at);
  for (;;) {
    await act.settle(40);
    const search = await inPage(act, 'findOption', act.address.n, wanted);
    if (search.state === 'found' || performance.now() >= until) return search;
    // Options that are there but do not fit may still be the old ones of a list that loads.
    await act.settle(150);
    if (search.state === 'unmatched') return inPage(act, 'findOption', act.address.n, wanted);
  }
}

/** Types into the list's own filter: the whole text, then its first word. */
async function filterOptions(act: ActContext, wanted: string, before: OptionSearch): Promise<OptionSearch> {
  const field = await inPage(act, 'filterField', act.address.n);
  if (field === null) return before;
  for (const text of new Set([wanted, wanted.split(/[\s,-]+/)[0] ?? wanted])) {
    await inPage(act, 'focus', field);
    await inPage(act, 'selectContent', field);
    for (const character of text) {
      act.deadline.check();
      await act.page.keyboard.type(character);
    }
    const search = await searchOptions(act, wanted, 1_500);
    if (search.state === 'found') return search;
  }
  return before;
}

/** Scrolls lists that draw only the options in view. */
async function pageThrough(act: ActContext, wanted: string, before: OptionSearch): Promise<OptionSearch> {
  let search = before;
  for (let page = 0; page < MAX_PAGES && search.state === 'unmatched'; page += 1) {
    if (!(await inPage(act, 'scrollList', act.address.n))) break;
    await act.settle(40);
    search = await inPage(act, 'findOption', act.address.n, wanted);
  }
  return search;
}

/** Sets a check box, switch or radio; clicks what a person would click, and reads it back. */
export async function check(act: ActContext, checked: boolean): Promise<ActOutcome> {
  const { n } = act.address;
  const before = await inPage(act, 'read', n);
  if (before === null) return failed('stale', 'the box is no longer on the page');
  if (before.checked === checked) return { ok: true };
  if (before.type === 'radio' && !checked)
    return failed('not_actionable', 'a radio is cleared by choosing another');
  const clicked = await clickElement(act, n);
  if (!clicked.ok && clicked.reason !== 'covered' && clicked.reason !== 'not_actionable') return clicked;
  await act.settle(50);
  const after = await inPageIfThere(act, 'read', n);
  if (after === null || after.checked === checked) return { ok: true };
  // Drawn boxes may swallow the pointer; the keyboard reaches the real one.
  if (await inPage(act, 'focus', n)) {
    act.deadline.check();
    await act.page.keyboard.press('Space');
    await act.settle(50);
    const final = await inPageIfThere(act, 'read', n);
    if (final === null || final.checked === checked) return { ok: true };
  }
  return clicked.ok ? failed('no_effect', 'the box did not change') : clicked;
}
