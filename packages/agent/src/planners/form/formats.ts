/** The ways to write one value into one field: the paper's look first, then what else a portal may want. Pure. */
import type { ElementView } from '../../types.ts';
import { compact, plain } from '../../words/normalize.ts';
import type { FieldMatch } from './assign-fields.ts';
import { MONTH_NAMES } from './catalogue-names.ts';
import { IDENTIFIERS, type FieldType } from './field-types.ts';

/** Every format of the match's value for its field, best first; never empty. */
export function formatsOf(match: Pick<FieldMatch, 'field' | 'source' | 'type'>): string[] {
  const { view } = match.field;
  const text = match.source.text;
  const all = candidates(match.type, text, view);
  const fitting = all.filter((candidate) => fits(candidate, view));
  return [
    ...new Set(
      fitting.length > 0 ? [...fitting, ...all.filter((candidate) => !fitting.includes(candidate))] : all,
    ),
  ];
}

/**
 * Another way to write a ticket value, for the one retry before "not found" is believed; null where there is none.
 */
export function retryFormat(match: Pick<FieldMatch, 'field' | 'source' | 'type'>): string | null {
  const { view } = match.field;
  if (view.role !== 'textbox' || match.field.kind !== 'single') return null;
  const [first, ...others] = formatsOf(match);
  if (first === undefined) return null;
  if (match.type === 'date') {
    // What a calendar wrote is in the portal's own format.
    if (view.readonly || (view.type !== 'text' && view.type !== '')) return null;
    if (dateHint(view) !== null) return null;
    return others.find((other) => fits(other, view)) ?? null;
  }
  if (match.type === 'amount') return null;
  const isCode = (match.type !== null && IDENTIFIERS.has(match.type)) || /\d/.test(match.source.text);
  if (!isCode) return null;
  // A code that fills its field has the length the portal wants.
  if (view.maxLength === first.length) return null;
  const variants = [withoutLeadingZeros(first), first.replace(/[\s\-_/.]+/g, ''), padded(first, view)];
  return variants.find((variant) => variant !== first && variant !== '' && fits(variant, view)) ?? null;
}

function withoutLeadingZeros(text: string): string {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

/** A field of fixed length for a shorter number wants leading zeros. */
function padded(text: string, view: ElementView): string {
  if (view.maxLength === null || view.maxLength > 24 || !/^\d+$/.test(text)) return text;
  return text.padStart(view.maxLength, '0');
}

function fits(text: string, view: ElementView): boolean {
  if (view.maxLength !== null && text.length > view.maxLength) return false;
  if (view.pattern === '') return true;
  try {
    return new RegExp(`^(?:${view.pattern})$`, 'u').test(text);
  } catch {
    // A pattern that the browser would ignore says nothing.
    return true;
  }
}

const UPPER_CASE: ReadonlySet<FieldType> = new Set([
  'rfc',
  'fullName',
  'givenNames',
  'firstSurname',
  'secondSurname',
]);

function candidates(type: FieldType | null, text: string, view: ElementView): string[] {
  if (type === 'date') return dateFormats(text, view);
  if (type === 'amount') return amountFormats(text, view);
  if (type === 'time') return [text, `${text}:00`];
  if (type === 'dateDay' || type === 'dateMonth') return [text, String(Number(text))];
  if (type !== null && UPPER_CASE.has(type)) return [text.toUpperCase()];
  const bare = text.replace(/[\s\-_/.]+/g, '');
  return /\d/.test(text) && type !== 'email' && type !== 'emailConfirm' ? [text, bare] : [text];
}

/** `1160.00` as the paper has it; without decimals; with thousands. */
function amountFormats(text: string, view: ElementView): string[] {
  const [pesos = '0', cents = '00'] = text.split('.');
  const grouped = `${pesos.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
  const whole = cents === '00' ? [pesos] : [];
  if (view.type === 'number') return [text, ...whole];
  if (view.inputMode === 'numeric' && whole.length > 0) return [...whole, text];
  return [text, ...whole, grouped];
}

/** Order and separator that the field itself shows (`dd/mm/aaaa`), or null. */
function dateHint(view: ElementView): string | null {
  const hints = [
    view.labels.placeholder,
    view.labels.label,
    view.labels.near,
    view.labels.title,
    view.labels.aria,
    view.value,
  ];
  for (const hint of hints) {
    const match = /(d{1,2}|m{1,2}|[ay]{2,4})[/\-. ](m{1,3}|d{1,2})[/\-. ]([ay]{2,4}|d{1,2})/.exec(
      plain(hint),
    );
    if (match !== null) return match[0];
  }
  return null;
}

function dateFormats(day: string, view: ElementView): string[] {
  if (view.type === 'date') return [day];
  if (view.type === 'datetime-local') return [`${day}T12:00`];
  const [year = '', month = '', date = ''] = day.split('-');
  const usual = [
    `${date}/${month}/${year}`,
    day,
    `${date}-${month}-${year}`,
    `${month}/${date}/${year}`,
    `${date}/${month}/${year.slice(2)}`,
  ];
  const hint = dateHint(view);
  if (hint === null) return usual;
  const monthName = MONTH_NAMES[Number(month) - 1]?.[1] ?? month;
  const hinted = hint
    .replace(/m{3}/, monthName)
    .replace(/d{1,2}/, date)
    .replace(/(?<![a-z])m{1,2}(?![a-z])/, month)
    .replace(/[ay]{3,4}/, year)
    .replace(/[ay]{2}/, year.slice(2));
  return [hinted, ...usual.filter((other) => other !== hinted)];
}

/** Whether a field that shows `shown` holds `wanted`, whatever mask or format it is shown in. */
export function holdsValue(shown: string, wanted: string, type: FieldType | null): boolean {
  if (shown.trim() === '') return false;
  if (type === 'amount') return amountOf(shown) === amountOf(wanted);
  if (type === 'email' || type === 'emailConfirm') return plain(shown) === plain(wanted);
  if (type === 'date') return sameDay(shown, wanted);
  if (type === 'fullName') return plain(shown) === plain(wanted);
  return compact(shown) === compact(wanted);
}

/** Cents of an amount as written in Mexico (`$1,160.00`, `1160`), or null. */
export function amountOf(text: string): bigint | null {
  const match =
    /^(?:mxn|mx)?\s*\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?\s*(?:mxn|m\.?n\.?|pesos)?$/i.exec(
      text.trim(),
    );
  if (match?.[1] === undefined) return null;
  return BigInt(match[1].replaceAll(',', '')) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}

/** Compares by digits: which order was typed is known, a mask may only change separators. */
function sameDay(shown: string, wanted: string): boolean {
  const digits = (text: string) => text.replace(/\D/g, '');
  if (digits(shown).slice(0, 8) === digits(wanted).slice(0, 8)) return true;
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(shown);
  return iso !== null && digits(wanted) === `${iso[3]}${iso[2]}${iso[1]}`;
}

/** The pieces of a code for boxes of the given lengths, or null when it does not split so. */
export function splitOver(text: string, lengths: readonly number[], type: FieldType | null): string[] | null {
  const parts = text.split(/[\s\-_/.]+/).filter((part) => part !== '');
  if (parts.length === lengths.length && parts.every((part, i) => part.length <= (lengths[i] ?? 0)))
    return parts;
  const code = compact(text);
  // The letters of a company's RFC leave one place of the first box empty.
  const sizes =
    type === 'rfc' && code.length === 12 && lengths[0] === 4 ? [3, ...lengths.slice(1)] : [...lengths];
  if (sizes.reduce((sum, size) => sum + size, 0) !== code.length) return null;
  let at = 0;
  return sizes.map((size) => code.slice(at, (at += size)));
}
