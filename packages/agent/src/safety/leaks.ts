/** Recognises a task's values in text that is about to leave: as they are, URL-encoded, base64- or hex-encoded. */

/** Shorter values stand in too many innocent addresses to mean anything. */
const MIN_LENGTH = 4;

/** Whether `text` (an address, a header) holds one of the values in any of the encodings. */
export function holdsValue(text: string, values: readonly string[]): boolean {
  const readings = decodings(text);
  return values.some((value) => {
    const needle = fold(value);
    if (needle.length < MIN_LENGTH) return false;
    return (
      readings.some((reading) => holds(reading, needle)) ||
      base64Forms(value).some((form) => text.includes(form))
    );
  });
}

/** Lower case, no accents: a page may change both. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function holds(reading: string, needle: string): boolean {
  if (!/^\d{1,6}$/.test(needle)) return reading.includes(needle);
  // A postal code inside a longer number (a time stamp, an id) is chance.
  return new RegExp(`(^|\\D)${needle}(\\D|$)`).test(reading);
}

/** The text as written, percent-decoded up to twice, with + as space, and hex-decoded. */
function decodings(text: string): string[] {
  const found = new Set([fold(text), fold(text.replaceAll('+', ' '))]);
  let current = text;
  for (let level = 0; level < 2; level += 1) {
    current = percentDecode(current);
    found.add(fold(current));
    found.add(fold(current.replaceAll('+', ' ')));
  }
  for (const run of text.match(/(?:[0-9a-f]{2}){4,}/gi) ?? [])
    found.add(fold(Buffer.from(run, 'hex').toString('utf8')));
  return [...found];
}

function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/**
 * The characters of `value` in base64 that do not depend on its neighbours, for each of the three places it can
 * start in a group; standard and URL alphabets, upper and lower case of the value.
 */
export function base64Forms(value: string): string[] {
  const forms = new Set<string>();
  for (const variant of new Set([value, value.toUpperCase(), value.toLowerCase()])) {
    const bytes = Buffer.from(variant, 'utf8');
    for (const shift of [0, 1, 2]) {
      const padded = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const first = shift === 0 ? 0 : shift + 1;
      const last = (shift + bytes.length) % 3 === 0 ? padded.length : padded.length - 1;
      const form = padded.slice(first, last);
      if (form.length < MIN_LENGTH + 1) continue;
      forms.add(form);
      forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...forms];
}
