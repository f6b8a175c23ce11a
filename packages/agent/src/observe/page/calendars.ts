/** Reading a calendar that a date field opened, in Spanish or English. Runs inside pages. */
import type { CalendarView } from '../frame-observation.ts';
import { line, plain, shownText, visible } from './dom.ts';
import { numberOf } from './registry.ts';

const CALENDAR =
  '[class*=datepicker i],[class*=date-picker i],[class*=calendar i],[class*=flatpickr-cal i],[class*=picker__ i],[role=dialog] [role=grid],[role=grid],table';
const MONTHS = [
  ['enero', 'ene', 'january', 'jan'],
  ['febrero', 'feb', 'february'],
  ['marzo', 'mar', 'march'],
  ['abril', 'abr', 'april', 'apr'],
  ['mayo', 'may'],
  ['junio', 'jun', 'june'],
  ['julio', 'jul', 'july'],
  ['agosto', 'ago', 'august', 'aug'],
  ['septiembre', 'setiembre', 'sep', 'sept', 'september'],
  ['octubre', 'oct', 'october'],
  ['noviembre', 'nov', 'november'],
  ['diciembre', 'dic', 'december', 'dec'],
];
const PREVIOUS = /prev|anterior|atras|back|left|‹|«|<|←|chevron-left/i;
const NEXT = /next|siguiente|adelante|forward|right|›|»|>|→|chevron-right/i;
const OUTSIDE =
  /(^|[-_\s])(old|new|other-month|othermonth|outside|off|prevmonth|nextmonth|adjacent|muted|disabled)([-_\s]|$)/i;

/** The open calendar and its cell for `day` of `month` 1–12; null when no calendar is seen. */
export function readCalendar(year: number, month: number, day: number): CalendarView | null {
  const box = calendarBox();
  if (box === null) return null;
  const monthSelect = selectWith(box, (option) => monthOf(option.text) !== null);
  const yearSelect = selectWith(box, (option) => /^\d{4}$/.test(option.text.trim()));
  const head = headText(box);
  const shownMonth = monthSelect === null ? monthIn(head) : monthOf(chosenText(monthSelect));
  const shownYear =
    Number(yearSelect === null ? /\b(20\d{2})\b/.exec(head)?.[1] : chosenText(yearSelect)) || null;
  const fits = shownMonth === month && shownYear === year;
  return {
    year: shownYear,
    month: shownMonth,
    previous: arrow(box, PREVIOUS, NEXT),
    next: arrow(box, NEXT, PREVIOUS),
    monthSelect: monthSelect === null ? null : numberOf(monthSelect),
    yearSelect: yearSelect === null ? null : numberOf(yearSelect),
    day: fits ? dayCell(box, day) : null,
  };
}

/** The month's option text in a calendar's own list of months. */
export function monthOptionText(selectN: HTMLSelectElement, month: number): string | null {
  return [...selectN.options].find((option) => monthOf(option.text) === month)?.text ?? null;
}

/** The smallest visible thing that shows at least four weeks of days. */
function calendarBox(): Element | null {
  const boxes = [...document.querySelectorAll(CALENDAR)].filter(
    (box) => visible(box) && days(box).length >= 28,
  );
  const smallest = boxes.sort((a, b) => area(a) - area(b))[0];
  if (smallest === undefined) return null;
  // The grid of days alone lacks its head and arrows: take what holds both.
  let box = smallest;
  while (
    box.parentElement !== null &&
    monthIn(headText(box)) === null &&
    selectWith(box, () => true) === null
  ) {
    if (box.parentElement === document.body) break;
    box = box.parentElement;
  }
  return box;
}

function area(element: Element): number {
  const box = element.getBoundingClientRect();
  return box.width * box.height;
}

function days(box: Element): Element[] {
  return [...box.querySelectorAll('td,button,a,span,div,li,[role=gridcell]')].filter(
    (cell) => /^\d{1,2}$/.test(line(cell.textContent, 4)) && visible(cell),
  );
}

function headText(box: Element): string {
  const marked = [
    ...box.querySelectorAll(
      '[class*=header i],[class*=title i],[class*=caption i],[class*=switch i],[class*=month i],[class*=year i],caption,th',
    ),
  ];
  const text = marked
    .filter((part) => visible(part))
    .map((part) => shownText(part, 60))
    .join(' ');
  return monthIn(text) === null ? shownText(box, 120) : text;
}

function monthOf(text: string): number | null {
  const word = plain(text);
  const index = MONTHS.findIndex((names) => names.includes(word));
  return index === -1 ? null : index + 1;
}

function monthIn(text: string): number | null {
  for (const word of plain(text).split(' ')) {
    const month = monthOf(word);
    if (month !== null) return month;
  }
  return null;
}

function chosenText(select: HTMLSelectElement): string {
  return select.selectedOptions[0]?.text.trim() ?? '';
}

function selectWith(box: Element, test: (option: HTMLOptionElement) => boolean): HTMLSelectElement | null {
  return (
    [...box.querySelectorAll('select')].find((select) => visible(select) && [...select.options].some(test)) ??
    null
  );
}

function arrow(box: Element, wanted: RegExp, other: RegExp): number | null {
  const candidates = [...box.querySelectorAll('button,a,th,td,span,div,i,svg')].filter((part) => {
    if (!visible(part) || /^\d{1,2}$/.test(line(part.textContent, 4))) return false;
    const evidence = `${part.getAttribute('class') ?? ''} ${part.getAttribute('aria-label') ?? ''} ${part.getAttribute('title') ?? ''} ${line(part.textContent, 3)}`;
    return (
      wanted.test(evidence) &&
      !other.test(evidence) &&
      area(part) < 10_000 &&
      !/year|anio|ano/i.test(evidence)
    );
  });
  const smallest = candidates
    .sort((a, b) => area(b) - area(a))
    .find((part) => part.matches('button,a,th,[role=button]'));
  const found = smallest ?? candidates[0];
  return found === undefined ? null : numberOf(found);
}

function dayCell(box: Element, day: number): number | null {
  const cells = days(box).filter((cell) => {
    if (Number(line(cell.textContent, 4)) !== day) return false;
    const evidence = `${cell.getAttribute('class') ?? ''} ${cell.parentElement?.getAttribute('class') ?? ''}`;
    return !OUTSIDE.test(evidence) && cell.getAttribute('aria-disabled') !== 'true';
  });
  const innermost = cells.find((cell) => !cells.some((inner) => inner !== cell && cell.contains(inner)));
  return innermost === undefined ? null : numberOf(innermost);
}
