/** The one redactor: what a task's values are replaced with before anything is shown, stored or sent to a model. */
import { base64Forms } from './leaks.ts';

const MIN_LENGTH = 3;
/** Letters that are written with and without an accent. */
const ACCENTED: Record<string, string> = {
  a: 'aáàäâ',
  e: 'eéèëê',
  i: 'iíìïî',
  o: 'oóòöô',
  u: 'uúùüû',
  n: 'nñ',
};

/**
 * Makes the redactor of one task. `values` maps a placeholder (`profile.rfc`) to its value; each occurrence becomes
 * `{{profile.rfc}}`: longest value first, whatever the case and accents, URL- and base64-encoded forms too. Values of
 * fewer than 3 characters are left, for they would blot out ordinary text.
 */
export function createRedactor(values: Readonly<Record<string, string>>): (text: string) => string {
  const rules = Object.entries(values)
    .map(([placeholder, value]) => ({ placeholder, value: value.trim() }))
    .filter(({ value }) => value.length >= MIN_LENGTH)
    .sort((a, b) => b.value.length - a.value.length)
    .map(({ placeholder, value }) => ({ token: `{{${placeholder}}}`, pattern: patternOf(value) }));
  if (rules.length === 0) return (text) => text;
  // One pass: a placeholder that was put in is not searched again.
  const any = new RegExp(rules.map((rule) => `(${rule.pattern})`).join('|'), 'giu');
  return (text) =>
    text.replace(
      any,
      (match, ...groups) => rules[groups.findIndex((group) => group !== undefined)]?.token ?? match,
    );
}

function patternOf(value: string): string {
  const encoded = encodeURIComponent(value);
  const forms = [loose(value)];
  if (encoded !== value) forms.push(literal(encoded), literal(encoded.replaceAll('%20', '+')));
  if (value.length >= 6) forms.push(...base64Forms(value).map(literal));
  return forms.join('|');
}

/** The value with any white space, any accents; a plain number not inside a longer one. */
function loose(value: string): string {
  const folded = Array.from(value.normalize('NFD').replace(/\p{M}/gu, ''));
  const body = folded
    .map((char) => {
      if (/\s/.test(char)) return '\\s+';
      const letters = ACCENTED[char.toLowerCase()];
      return letters === undefined ? literal(char) : `[${letters}]\\p{M}?`;
    })
    .join('')
    .replaceAll(/(?:\\s\+)+/g, '\\s+');
  return /^[\d.,]+$/.test(value) ? `(?<![\\d.])${body}(?!\\d)` : body;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
