/** How well each field type fits one control, by weighted evidence. Pure. */
import type { ElementView } from '../../types.ts';
import { codeWords, plain } from '../../words/normalize.ts';
import { FIELD_PATTERNS, type FieldPattern, type FieldType } from './field-types.ts';

export interface TypeScore {
  type: FieldType;
  /** About 0 (nothing) to 1.6 (several strong signs). */
  score: number;
}

/** The texts that speak about a control, with the trust each deserves. */
export function evidenceOf(field: ElementView): { text: string; weight: number; own: boolean }[] {
  const { labels } = field;
  const said = labels.label !== '' || labels.aria !== '';
  const sources: { text: string; weight: number; own: boolean }[] = [
    { text: tidy(labels.label), weight: 1, own: true },
    { text: tidy(labels.aria), weight: 1, own: true },
    // Neighbouring text is a guess of the observer: beside a real label it would only blur.
    { text: said ? '' : tidy(labels.near), weight: 0.8, own: true },
    { text: tidy(labels.placeholder), weight: 0.75, own: false },
    { text: tidy(labels.title), weight: 0.7, own: false },
    { text: codeWords(labels.name), weight: 0.7, own: false },
  ];
  if (sources.every((source) => source.text === ''))
    sources.push({ text: tidy(field.name), weight: 0.8, own: true });
  // "Número" below the heading "Ticket" means the ticket's number.
  const short = sources.find(
    (source) => source.own && /^(numero|no\.?|nro|codigo|clave|id|number|code|#)$/.test(source.text),
  );
  if (short !== undefined && labels.group !== '') {
    sources.push({
      text: `${short.text} ${tidy(labels.group).replace(/^datos (de|del) (la |tu |su )?/, '')}`,
      weight: 0.75,
      own: false,
    });
  }
  return sources.filter((source) => source.text !== '');
}

function tidy(text: string): string {
  return plain(text)
    .replace(/^[\s*:•-]+|[\s*:]+$/g, '')
    .slice(0, 120);
}

/** Every type with a positive score, best first. Check boxes, files and buttons have none. */
export function scoreField(field: ElementView): TypeScore[] {
  if (!['textbox', 'select', 'listbox', 'radio'].includes(field.role)) return [];
  const evidence = evidenceOf(field);
  const scores: TypeScore[] = [];
  for (const [type, pattern] of Object.entries(FIELD_PATTERNS) as [FieldType, FieldPattern][]) {
    const score = scoreType(field, pattern, evidence);
    if (score > 0) scores.push({ type, score: Math.round(score * 100) / 100 });
  }
  return settleRivals(scores).sort((a, b) => b.score - a.score);
}

function scoreType(
  field: ElementView,
  pattern: FieldPattern,
  evidence: { text: string; weight: number; own: boolean }[],
): number {
  let best = 0;
  let second = 0;
  let against = 0;
  for (const { text, weight, own } of evidence) {
    const match = pattern.words.exec(text);
    if (match === null) continue;
    if (pattern.not?.test(text) === true) {
      if (own) against += 0.3;
      continue;
    }
    // A label that is little more than the word says more than a sentence that holds it.
    const coverage = Math.min(1, (match[0].length / text.length) * 2);
    const score = weight * (0.75 + 0.25 * coverage);
    if (score > best) [best, second] = [score, best];
    else second = Math.max(second, score);
  }
  let score = best + second * 0.12 - against;
  score +=
    autocompleteBonus(field, pattern) +
    shapeBonus(field, pattern, best > 0) +
    optionBonus(field, pattern) +
    (pattern.pictured === true && field.besideCaptcha ? 0.8 : 0);
  if (pattern.typed === true && field.role !== 'textbox') score -= 0.6;
  return score;
}

function autocompleteBonus(field: ElementView, pattern: FieldPattern): number {
  return pattern.autocomplete?.test(plain(field.autocomplete)) === true ? 1.1 : 0;
}

function shapeBonus(field: ElementView, pattern: FieldPattern, named: boolean): number {
  let bonus = 0;
  if (pattern.inputType?.test(field.type) === true) bonus += named ? 0.25 : 0.6;
  if (field.maxLength !== null && pattern.lengths?.includes(field.maxLength) === true)
    bonus += named ? 0.15 : 0.2;
  if (pattern.example?.test(tidy(field.labels.placeholder)) === true) bonus += named ? 0.2 : 0.65;
  return bonus;
}

function optionBonus(field: ElementView, pattern: FieldPattern): number {
  const { option } = pattern;
  if (option === undefined) return 0;
  const offered = field.options.filter(
    (entry) => entry.text !== '' && !/^(-|seleccion|elige|elija|select|choose)/.test(plain(entry.text)),
  );
  if (offered.length < 2) return 0;
  const hits = offered.filter(
    (entry) => option.test(plain(entry.text)) || option.test(plain(`${entry.value} ${entry.text}`)),
  );
  if (hits.length >= 3 || hits.length === offered.length) return 1.1;
  return hits.length === 0 && offered.length > 3 ? -0.3 : 0;
}

/** Types of which one includes the other's words: the more exact one speaks alone. */
function settleRivals(scores: TypeScore[]): TypeScore[] {
  const has = (type: FieldType) => scores.some((entry) => entry.type === type && entry.score >= 0.55);
  const loses = new Set<FieldType>();
  if (has('emailConfirm')) loses.add('email');
  if (has('oneTimeCode') || has('captcha'))
    for (const type of ['email', 'phone', 'webId', 'folio'] as const) loses.add(type);
  if (has('barcode')) loses.add('folio');
  if (has('uuid')) for (const type of ['folio', 'webId'] as const) loses.add(type);
  if (has('email')) for (const type of ['address', 'userName'] as const) loses.add(type);
  if (has('rfc')) loses.add('fullName');
  if (has('postalCode')) loses.add('address');
  return scores.filter((entry) => !loses.has(entry.type));
}
