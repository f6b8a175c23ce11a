/** Which value belongs into which field: greedy over (field, value) pairs, each value once. Pure. */
import { codeWords, compact, words } from '../../words/normalize.ts';
import type { FormField } from './form-fields.ts';
import { DATE_TYPES, IDENTIFIERS, TICKET_TYPES, type FieldType } from './field-types.ts';
import { evidenceOf, scoreField, type TypeScore } from './score-field.ts';
import type { ValueSource } from './value-sources.ts';

/** A field with the value it asks for. `confidence` is 0–1. */
export interface FieldMatch {
  field: FormField;
  source: ValueSource;
  type: FieldType | null;
  confidence: number;
}

/** A field without a value; `type` is what it seems to ask for. */
export interface UnmatchedField {
  field: FormField;
  type: FieldType | null;
}

export interface Assignment {
  matches: FieldMatch[];
  unmatched: UnmatchedField[];
}

const MINIMUM = 0.55;
const MARGIN = 0.08;

interface Pair {
  field: FormField;
  source: ValueSource;
  type: FieldType | null;
  score: number;
}

/** Assigns `sources` to the fields of one form. */
export function assignFields(fields: readonly FormField[], sources: readonly ValueSource[]): Assignment {
  const scored = new Map(fields.map((field) => [field, scoreField(field.view)]));
  const pairs: Pair[] = [];
  for (const field of fields) {
    for (const source of sources) {
      if (source.text === '') continue;
      const pair = pairOf(field, scored.get(field) ?? [], source);
      if (pair !== null) pairs.push(pair);
    }
  }
  pairs.sort((a, b) => b.score - a.score);
  const matches = new Map<FormField, FieldMatch>();
  const used = new Set<ValueSource>();
  for (const pair of pairs) {
    if (matches.has(pair.field) || used.has(pair.source)) continue;
    matches.set(pair.field, { ...pair, confidence: confidenceOf(pair) });
    used.add(pair.source);
  }
  guessTheLast(fields, sources, scored, matches, used);
  return {
    matches: fields.flatMap((field) => matches.get(field) ?? []),
    unmatched: fields
      .filter((field) => !matches.has(field))
      .map((field) => ({ field, type: topType(scored.get(field) ?? []) })),
  };
}

/** The type a field most likely has, or null. */
export function topType(scores: readonly TypeScore[]): FieldType | null {
  const best = scores[0];
  return best !== undefined && best.score >= MINIMUM ? best.type : null;
}

/** A usual answer of ours is less sure than a value of the task, whatever the field says. */
function confidenceOf(pair: Pair): number {
  return Math.min(pair.source.source.startsWith('default.') ? 0.5 : 1, pair.score);
}

function pairOf(field: FormField, scores: readonly TypeScore[], source: ValueSource): Pair | null {
  const own = scores.find((entry) => entry.type === source.type);
  let score = (own?.score ?? 0) * (source.label === null ? 1 : 0.9);
  const byLabel = source.label === null ? 0 : labelScore(field, source.label);
  const top = scores[0];
  if (
    source.type !== null &&
    IDENTIFIERS.has(source.type) &&
    top !== undefined &&
    IDENTIFIERS.has(top.type)
  ) {
    // A portal's "clave web" may be what the ticket's owner calls its folio.
    score = Math.max(score, top.score * 0.65);
  }
  if (source.type === 'emailConfirm' && top?.type === 'email') score = Math.max(score, top.score * 0.62);
  const rival = scores.find((entry) => entry.type !== source.type && !areEquivalent(entry.type, source.type));
  if (byLabel < 0.9 && rival !== undefined && rival.score > score) return null;
  if (byLabel < 0.9 && rival !== undefined && rival.score > score - MARGIN) score -= 0.15;
  score = Math.max(score, byLabel) * fit(field, source);
  if (score < MINIMUM) return null;
  return { field, source, type: source.type ?? top?.type ?? null, score };
}

function areEquivalent(a: FieldType, b: FieldType | null): boolean {
  if (b === null) return false;
  const mail = (type: FieldType) => type === 'email' || type === 'emailConfirm';
  const name = (type: FieldType) => type === 'fullName' || type === 'givenNames';
  const both = (types: ReadonlySet<FieldType>) => types.has(a) && types.has(b);
  return both(IDENTIFIERS) || both(DATE_TYPES) || (mail(a) && mail(b)) || (name(a) && name(b));
}

/** How well the integrator's own label names this field: he copies what the ticket prints. */
function labelScore(field: FormField, key: string): number {
  const wanted = new Set(words(codeWords(key) || key).split(' '));
  let best = 0;
  for (const { text, weight } of evidenceOf(field.view)) {
    const said = new Set(
      words(text)
        .replace(/[#$%]/g, ' ')
        .split(' ')
        .filter((word) => word !== ''),
    );
    if (said.size === 0) continue;
    const common = [...wanted].filter((word) => said.has(word.replace(/[#$%]/g, ''))).length;
    if (common === wanted.size && said.size === wanted.size) best = Math.max(best, 1.15 * weight);
    else if (common === wanted.size) best = Math.max(best, 0.95 * weight);
    else if (common === said.size && [...said].some((word) => word.length > 2))
      best = Math.max(best, 0.85 * weight);
  }
  return best;
}

/** Whether the value goes into the field at all: length, pattern, kind of input. 1 = nothing against it. */
function fit(field: FormField, source: ValueSource): number {
  const { view } = field;
  if (view.role !== 'textbox' || source.type === 'amount') return 1;
  // Six digits are the shortest date; a day goes into no field for a whole one.
  const room = view.maxLength ?? 20;
  if (source.type === 'date') return room < 6 ? 0.2 : 1;
  if (source.type !== null && DATE_TYPES.has(source.type)) return room > 4 ? 0.4 : 1;
  const code = compact(source.text);
  let fits = 1;
  if (view.maxLength !== null && code.length > view.maxLength) fits *= 0.4;
  if (view.maxLength !== null && code.length === view.maxLength && code.length >= 4) fits *= 1.1;
  if (view.type === 'number' && /[^\d.,\s-]/.test(source.text)) fits *= 0.3;
  if (field.kind === 'split' && code.length !== view.maxLength && source.type !== 'rfc') fits *= 0.5;
  return fits;
}

/** One nameless ticket field and one unused ticket value are left: they belong together, probably. */
function guessTheLast(
  fields: readonly FormField[],
  sources: readonly ValueSource[],
  scored: ReadonlyMap<FormField, TypeScore[]>,
  matches: Map<FormField, FieldMatch>,
  used: ReadonlySet<ValueSource>,
): void {
  const open = fields.filter((field) => {
    const type = topType(scored.get(field) ?? []);
    const ticketLike =
      type === null ? field.view.required : TICKET_TYPES.has(type) && !/^date|time/.test(type);
    return (
      !matches.has(field) &&
      field.view.role === 'textbox' &&
      !field.view.readonly &&
      !field.view.disabled &&
      ticketLike
    );
  });
  const left = sources.filter(
    (source) =>
      !used.has(source) &&
      (source.label !== null || ['folio', 'webId', 'branch'].includes(source.type ?? '')),
  );
  const [field] = open;
  const [source] = left;
  if (open.length !== 1 || left.length !== 1 || field === undefined || source === undefined) return;
  if (fit(field, source) < 0.9) return;
  matches.set(field, { field, source, type: topType(scored.get(field) ?? []), confidence: 0.5 });
}
