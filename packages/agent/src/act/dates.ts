/** Dates: native date fields, typed ones, and read-only ones with a calendar. */
import type { ValueRef } from '../types.ts';
import { clickElement, failed, inPage, inPageIfThere, type ActContext, type ActOutcome } from './context.ts';
import { fill } from './text.ts';

/** A calendar day; month 1–12. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** Reads `yyyy-mm-dd` (with or without a time) or `dd/mm/yyyy`; null for anything else. */
export function parseDay(text: string): Day | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text.trim());
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
  const [year, month, day] = iso !== null ? [iso[1], iso[2], iso[3]] : [local?.[3], local?.[2], local?.[1]];
  const parsed = { year: Number(year), month: Number(month), day: Number(day) };
  const real = new Date(Date.UTC(parsed.year, parsed.month - 1, parsed.day));
  return real.getUTCMonth() === parsed.month - 1 && real.getUTCDate() === parsed.day ? parsed : null;
}

/** A day in the way a field asks for it by its placeholder, pattern or example; day first where it says nothing. */
export function formatDay({ year, month, day }: Day, hint: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const asked = hint.toLowerCase();
  const separator = /[dma y]\s*([-/.])\s*[dmay]/.exec(asked)?.[1] ?? '/';
  if (/(y{4}|a{4}).?m{1,2}.?d/.test(asked)) return [year, two(month), two(day)].join(separator);
  if (/m{1,2}.?d{1,2}.?(y|a)/.test(asked)) return [two(month), two(day), year].join(separator);
  return [two(day), two(month), year].join(separator);
}

/** Puts a date into a date field of any make. `value.text` is `yyyy-mm-dd`, or already in the field's format. */
export async function pickDate(act: ActContext, value: ValueRef): Promise<ActOutcome> {
  const { n, view } = act.address;
  const state = await inPage(act, 'read', n);
  if (state === null) return failed('stale', 'the field is no longer on the page');
  if (state.disabled) return failed('disabled', 'the field is disabled');
  const day = parseDay(value.text);
  if (/^(date|datetime-local|month)$/.test(state.type)) {
    return day === null ? failed('not_actionable', 'not a date') : pickNative(act, state.type, day);
  }
  if (state.editable && !state.readonly) {
    const hint = `${view.labels.placeholder} ${view.pattern} ${view.labels.label} ${view.labels.title}`;
    const typed = await fill(act, day === null ? value : { ...value, text: formatDay(day, hint) });
    if (typed.ok || day === null) return typed;
  }
  return day === null ? failed('not_actionable', 'not a date') : pickInCalendar(act, day);
}

async function pickNative(act: ActContext, type: string, day: Day): Promise<ActOutcome> {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = `${day.year}-${two(day.month)}-${two(day.day)}`;
  const wanted = { month: date.slice(0, 7), 'datetime-local': `${date}T12:00` }[type] ?? date;
  await inPage(act, 'focus', act.address.n);
  act.deadline.check();
  const now = await inPage(act, 'setPicked', act.address.n, wanted);
  await inPageIfThere(act, 'blur', act.address.n);
  await act.settle(30);
  return now.startsWith(wanted)
    ? { ok: true, valueNow: now }
    : failed('no_effect', 'the field did not take the date');
}

/** From 1900 to today is 1,500 months: whoever needs more clicks than this shows another calendar. */
const MAX_TURNS = 60;

async function pickInCalendar(act: ActContext, day: Day): Promise<ActOutcome> {
  const before = await inPage(act, 'read', act.address.n);
  const opened = await openCalendar(act, day);
  if (!opened.ok) return opened;
  const turned = await turnTo(act, day);
  if (typeof turned !== 'number') return turned;
  const clicked = await clickElement(act, turned);
  if (!clicked.ok) return clicked;
  await act.settle(60);
  const after = await inPageIfThere(act, 'read', act.address.n);
  if (after === null) return { ok: true };
  const digits: string[] = after.value.match(/\d+/g) ?? [];
  const shows = digits.some((part) => Number(part) === day.day) && after.value !== '';
  if (shows || (after.value !== before?.value && after.value !== '')) {
    return shows ? { ok: true, valueNow: after.value } : failed('no_effect', 'the field shows another day');
  }
  return failed('no_effect', 'the field did not take the date');
}

async function openCalendar(act: ActContext, day: Day): Promise<ActOutcome> {
  const clicked = await clickElement(act, act.address.n);
  if (!clicked.ok) return clicked;
  for (let look = 0; look < 6; look += 1) {
    await act.settle(80);
    if ((await inPage(act, 'readCalendar', day.year, day.month, day.day)) !== null) return { ok: true };
  }
  return failed('no_effect', 'no calendar opened');
}

/** Turns the calendar to the month; the number of the day's cell, or why not. */
async function turnTo(act: ActContext, day: Day): Promise<number | Exclude<ActOutcome, { ok: true }>> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const calendar = await inPage(act, 'readCalendar', day.year, day.month, day.day);
    if (calendar === null) return failed('no_effect', 'the calendar closed');
    if (calendar.day !== null) return calendar.day;
    if (calendar.year === day.year && calendar.month === day.month) {
      return failed('not_actionable', 'the calendar does not offer that day');
    }
    const { yearSelect, monthSelect } = calendar;
    if (yearSelect !== null && calendar.year !== day.year) {
      const chosen = await inPage(act, 'chooseNative', yearSelect, null, String(day.year));
      if (chosen === null) return failed('not_actionable', 'the calendar does not offer that year');
    } else if (monthSelect !== null && calendar.month !== day.month) {
      const text = await inPage(act, 'monthOptionText', monthSelect, day.month);
      await inPage(act, 'chooseNative', monthSelect, null, text ?? '');
    } else {
      if (calendar.year === null || calendar.month === null)
        return failed('not_actionable', 'the calendar shows no month');
      const back = day.year * 12 + day.month < calendar.year * 12 + calendar.month;
      const arrow = back ? calendar.previous : calendar.next;
      if (arrow === null) return failed('not_actionable', 'the calendar cannot be turned');
      const clicked = await clickElement(act, arrow);
      if (!clicked.ok) return clicked;
    }
    await act.settle(40);
  }
  return failed('not_actionable', 'the month was not reached');
}
