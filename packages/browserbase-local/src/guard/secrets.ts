/** Recognises values in an address that is about to leave: as they are, percent-, base64- or hex-encoded. */

/** Shorter values stand in too many innocent addresses to mean anything. */
const MIN_LENGTH = 4;
const LEVELS = 2;

export const holdsSecret = (text: string, secrets: readonly string[]): boolean => {
  const readings = readingsOf(text);
  return secrets.some((secret) => {
    const needle = fold(secret);
    if (needle.length < MIN_LENGTH) return false;
    return (
      readings.some((reading) => contains(reading, needle)) ||
      base64Of(secret).some((form) => text.includes(form))
    );
  });
};

/** Lower case without accents: a page may change both. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** A postal code inside a longer number (a time stamp, an id) is chance. */
const contains = (reading: string, needle: string): boolean =>
  /^\d{1,6}$/.test(needle) ? new RegExp(`(?<!\\d)${needle}(?!\\d)`).test(reading) : reading.includes(needle);

const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

const readingsOf = (text: string): string[] => {
  const readings: string[] = [];
  let current = text;
  for (let level = 0; level <= LEVELS; level += 1) {
    readings.push(fold(current), fold(current.replaceAll('+', ' ')));
    current = percentDecoded(current);
  }
  for (const run of text.match(/(?:[0-9a-f]{2}){4,}/gi) ?? [])
    readings.push(fold(Buffer.from(run, 'hex').toString('utf8')));
  return readings;
};

/** The part of a value's base64 that is the same whatever stands around it, at each of its three possible offsets. */
const base64Of = (secret: string): string[] =>
  [secret, secret.toUpperCase(), secret.toLowerCase()].flatMap((variant) => {
    const bytes = Buffer.from(variant, 'utf8');
    return [0, 1, 2].flatMap((offset) => {
      const whole = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const end = (offset + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
      const form = whole.slice(offset === 0 ? 0 : offset + 1, end);
      return form.length <= MIN_LENGTH ? [] : [form, form.replaceAll('+', '-').replaceAll('/', '_')];
    });
  });
