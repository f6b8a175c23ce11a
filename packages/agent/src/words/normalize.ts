/** Text made comparable: portals write the same word in many ways (accents, capitals, framework prefixes). */

/** Lower case without accents, every run of white space one blank. `Régimen  Fiscal` → `regimen fiscal`. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** `plain`, with punctuation turned into blanks, so that `TC#:` and `tc` are one word. */
export function words(text: string): string {
  return plain(text)
    .replace(/[^a-z0-9ñ&%$@#/]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const FRAMEWORK = /\bctl\d+\b|\bcontent ?place ?holder\w*|\bmain ?content\b|\b\d+\b/g;
const CONTROL_PREFIX =
  /^(txt|ddl|cmb|cbo|inp|tb|sel|str|int|btn|chk|rb|rbl|lbl|lnk|img|hf|drp|dd)(?=[a-z]{3})/;
const CONTROL_WORD =
  /^(txt|ddl|cmb|cbo|inp|input|tb|sel|select|frm|form|field|campo|mat|ng|btn|button|boton|chk|lbl|ctrl|model|vm|j|idt)$/;

/** The words of a `name` or `id` attribute: camel case split, framework and control prefixes taken off. */
export function codeWords(text: string): string {
  const split = text
    .replace(/([a-zñ0-9])([A-ZÑ])/g, '$1 $2')
    .replace(/([A-ZÑ]+)([A-ZÑ][a-zñ])/g, '$1 $2')
    .replace(/[_\-.:$[\]*#/]+/g, ' ');
  return plain(split)
    .replace(FRAMEWORK, ' ')
    .split(' ')
    .map((word) => word.replace(CONTROL_PREFIX, ''))
    .filter((word) => word !== '' && !CONTROL_WORD.test(word))
    .join(' ');
}

/** Letters and digits alone, upper case: how a code is compared, whatever mask shows it. */
export function compact(text: string): string {
  return text
    .normalize('NFC')
    .toUpperCase()
    .replace(/[^A-Z0-9Ñ&]/g, '');
}

/** The sentences of a text, so that a condition in one does not speak for its neighbours. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+|\n+|\s[|•·]\s/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
