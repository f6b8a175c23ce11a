/** Which option of a list says a value: by code first, by name second. Pure. */
import type { ElementOption } from '../../types.ts';
import { plain, words } from '../../words/normalize.ts';
import { catalogueName, ENGLISH_NAMES, MONTH_NAMES } from './catalogue-names.ts';
import type { FieldType } from './field-types.ts';

/** True for "Seleccione…" and its kin: no choice has been made while it is selected. */
export function isPrompt(option: { text: string; value: string }): boolean {
  const text = plain(option.text);
  return (
    // Dashes of any length, dots, blanks: nothing that could be chosen.
    !/[a-z0-9]/.test(text) ||
    /^(-|\*|\.\.)|^(\W*)(seleccion|selecciona|elige|elija|escoge|select|choose|pick|ninguno|todas?$|all$|cargando|loading)/.test(
      text,
    )
  );
}

/** The option for `wanted`, or null when none says it plainly. */
export function pickOption<T extends ElementOption>(
  options: readonly T[],
  type: FieldType | null,
  wanted: string,
): T | null {
  const real = options.filter((option) => !isPrompt(option) && !option.disabled);
  const names = namesOf(type, wanted);
  return (
    real.find((option) => saysCode(option, wanted, type)) ??
    bestByName(real, names) ??
    (names.length === 0 ? bestByWords(real, wanted) : null)
  );
}

function saysCode(option: ElementOption, wanted: string, type: FieldType | null): boolean {
  const code = plain(wanted);
  const text = plain(option.text);
  if (text === code) return true;
  const lead = /^\W*([a-z]{0,3}\d{1,6})\b/.exec(text)?.[1];
  // A list that writes codes into its texts is read there: its `value`s may be internal ids.
  if (lead !== undefined) return lead === code || isSameNumber(lead, code, type);
  if (type === 'dateMonth') return MONTH_NAMES[Number(code) - 1]?.includes(text) === true;
  if (type === 'paymentMethod' && text.startsWith(code)) return true;
  const value = plain(option.value);
  return isCoded(type) && (value === code || new RegExp(`^${code}\\b`).test(value));
}

function isSameNumber(a: string, b: string, type: FieldType | null): boolean {
  const numeric = /^\d+$/.test(a) && /^\d+$/.test(b) && Number(a) === Number(b);
  return numeric && (type === 'branch' || type === 'register' || type === null || type.startsWith('date'));
}

function isCoded(type: FieldType | null): boolean {
  return type === 'regime' || type === 'cfdiUse' || type === 'paymentForm' || type === 'paymentMethod';
}

/** The names under which a list without codes may show a value. */
export function namesOf(type: FieldType | null, wanted: string): string[] {
  if (type === 'regime' || type === 'cfdiUse' || type === 'paymentForm') {
    const name = catalogueName(type, wanted);
    return name === null ? [] : [name, ...(ENGLISH_NAMES[wanted] ?? [])];
  }
  if (type === 'paymentMethod') return ['pago en una sola exhibicion'];
  if (type === 'country') return ['mexico', 'mex', 'mx'];
  if (type !== 'personType') return [];
  const kind = plain(wanted);
  return [`persona ${kind}`, kind, kind === 'moral' ? 'empresa' : 'individual'];
}

function bestByName<T extends ElementOption>(options: readonly T[], names: readonly string[]): T | null {
  for (const name of names) {
    const exact = options.find((option) => words(option.text) === name);
    if (exact !== undefined) return exact;
  }
  const ranked = options
    .map((option) => ({
      option,
      score: Math.max(0, ...names.map((name) => overlap(words(option.text), name))),
    }))
    .sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  if (first === undefined || first.score < 0.7) return null;
  return second !== undefined && second.score > first.score - 0.05 ? null : first.option;
}

/** Share of the words that two names have in common (small words do not count). */
function overlap(a: string, b: string): number {
  const significant = (text: string) =>
    new Set(text.split(' ').filter((word) => word.length > 3 || /\d/.test(word)));
  const left = significant(a);
  const right = significant(b);
  if (left.size === 0 || right.size === 0) return a === b ? 1 : 0;
  const common = [...left].filter((word) => right.has(word)).length;
  return (2 * common) / (left.size + right.size);
}

/** For lists of the vendor's own (branches): the same words, one holding the other, or most of the words. */
function bestByWords<T extends ElementOption>(options: readonly T[], wanted: string): T | null {
  const target = words(wanted);
  const exact = options.filter((option) => words(option.text) === target || words(option.value) === target);
  if (exact.length > 0) return exact[0] ?? null;
  const holding = options.filter((option) => ` ${words(option.text)} `.includes(` ${target} `));
  if (holding.length === 1) return holding[0] ?? null;
  const held = options.filter(
    (option) => words(option.text).length > 2 && ` ${target} `.includes(` ${words(option.text)} `),
  );
  if (held.length === 1) return held[0] ?? null;
  return bestByName(options, [target]);
}
