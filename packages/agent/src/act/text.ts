/** Typing into fields, and proving that the field holds what was typed. */
import type { ValueRef } from '../types.ts';
import { clickElement, failed, inPage, inPageIfThere, type ActContext, type ActOutcome } from './context.ts';
import { equalModuloMask } from './equal.ts';

/** Clears a field and puts the text in at once; key by key when the field does not take it so. */
export async function fill(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  const ready = await begin(act, value);
  if (!ready.ok) return ready;
  await clear(act);
  act.deadline.check();
  if (value.text !== '') await act.page.keyboard.insertText(value.text);
  if (!(await holds(act, value.text))) return typeKeys(act, value);
  return end(act, value);
}

/** Clears a field and types key by key, for masks that listen to keys. */
export async function type(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  const ready = await begin(act, value);
  return ready.ok ? typeKeys(act, value) : ready;
}

async function begin(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  const { n } = act.address;
  const state = await inPage(act, 'read', n);
  if (state === null) return failed('stale', 'the field is no longer on the page');
  if (state.disabled) return failed('disabled', 'the field is disabled');
  if (state.readonly) return failed('not_actionable', 'the field is read-only');
  if (!state.editable) return failed('not_actionable', 'this is not a text field');
  if (isSecret(value.source) && state.type !== 'password') {
    return failed('refused', 'a password goes only into a password field');
  }
  return focusField(act);
}

function isSecret(source: string): boolean {
  return /(^|\.)password$/i.test(source);
}

/** By a click; by the keyboard's focus where a pointer cannot reach a field that is nevertheless in use. */
async function focusField(act: ActContext): Promise<ActOutcome> {
  const { n } = act.address;
  const clicked = await clickElement(act, n);
  if (!clicked.ok) return clicked;
  const state = await inPage(act, 'read', n);
  if (state?.focused === true || (await inPage(act, 'focus', n))) return { ok: true };
  return failed('not_actionable', 'the field does not take the focus');
}

async function clear(act: ActContext): Promise<void> {
  const { n } = act.address;
  const state = await inPage(act, 'read', n);
  if ((state?.length ?? 0) === 0) return;
  await inPage(act, 'selectContent', n);
  act.deadline.check();
  await act.page.keyboard.press('Backspace');
  const after = await inPage(act, 'read', n);
  if ((after?.length ?? 0) === 0) return;
  // A mask may put its own letters back; walking from the end removes what can be removed.
  await act.page.keyboard.press('End');
  for (let left = after?.length ?? 0; left > 0; left -= 1) {
    act.deadline.check();
    await act.page.keyboard.press('Backspace');
  }
}

async function typeKeys(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  await clear(act);
  // Masks that put the caret elsewhere on focus, after the fact, are met by going to the start.
  const state = await inPage(act, 'read', act.address.n);
  if ((state?.length ?? 0) > 0) await act.page.keyboard.press('Home');
  for (const character of value.text) {
    act.deadline.check();
    await act.page.keyboard.type(character);
  }
  return end(act, value);
}

/** Leaves the field as a person does, so that its change handlers run, and reads what is left in it. */
async function end(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  const { n } = act.address;
  const typed = await inPage(act, 'read', n);
  await inPageIfThere(act, 'blur', n);
  await act.settle(30);
  const state = await inPageIfThere(act, 'read', n);
  // Gone after it was left: a post-back replaced it. What it held before counts.
  const final = state ?? typed;
  if (final === null) return failed('stale', 'the field went away while it was typed into');
  if (final.type === 'password') {
    return final.length === value.text.length
      ? { ok: true }
      : failed('no_effect', `the field holds ${final.length} characters`);
  }
  if (equalModuloMask(value.text, final.value)) return { ok: true, valueNow: final.value };
  return failed(
    'no_effect',
    `the field reads back differently (${final.length} of ${value.text.length} characters)`,
  );
}

async function holds(act: ActContext, text: string): Promise<boolean> {
  const state = await inPage(act, 'read', act.address.n);
  if (state === null) return false;
  return state.type === 'password' ? state.length === text.length : equalModuloMask(text, state.value);
}
