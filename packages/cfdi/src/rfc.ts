/** Moral: a company, 12 characters. Física: a person, 13. */
export type PersonKind = 'moral' | 'fisica';

export type ParsedRfc =
  | {
      readonly ok: true;
      /** Normalised: NFC, upper case, no separators. */
      readonly rfc: string;
      readonly person: PersonKind;
      /** XAXX010101000 (public in general) and XEXX010101000 (foreigner) identify nobody. */
      readonly generic: boolean;
      /** False for about 1.5 % of the RFCs in use: SAT issued them so. Never a reason to refuse. */
      readonly checkDigitMatches: boolean;
    }
  | { readonly ok: false; readonly reason: 'malformed' | 'impossible_date' };

// No i or u flag: they would let letters in that fold to ASCII, such as the long s.
const RFC = /^[A-Z&Ñ]{3,4}([0-9]{2})(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]$/;

const GENERIC_RFCS: ReadonlySet<string> = new Set(['XAXX010101000', 'XEXX010101000']);

/** Brings what a person typed (`eku-900317-3c9`) to the form of SAT's register, and says what it is. */
export function parseRfc(input: string): ParsedRfc {
  const rfc = input
    .normalize('NFC')
    .replace(/[\s\-_./]/g, '')
    .replace(/[a-zñ]/g, (letter) => letter.toUpperCase());
  const match = RFC.exec(rfc);
  if (match === null) return { ok: false, reason: 'malformed' };
  const [, year = '', month = '', day = ''] = match;
  if (!isDateOfSomeCentury(Number(year), Number(month), Number(day))) {
    return { ok: false, reason: 'impossible_date' };
  }
  return {
    ok: true,
    rfc,
    person: rfc.length === 12 ? 'moral' : 'fisica',
    generic: GENERIC_RFCS.has(rfc),
    checkDigitMatches: rfcCheckDigit(rfc) === rfc.at(-1),
  };
}

/** The place of a character is its value. The space pads a company's RFC. */
const CHECK_ALPHABET = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ';

/** The digit (`0`–`9` or `A`) that SAT's algorithm gives for a normalised RFC of 12 or 13 characters. */
export function rfcCheckDigit(rfc: string): string {
  const padded = rfc.padStart(13, ' ');
  let sum = 0;
  for (let place = 0; place < 12; place += 1) {
    const value = CHECK_ALPHABET.indexOf(padded.charAt(place));
    if (value === -1) throw new RangeError('not a normalised RFC');
    sum += value * (13 - place);
  }
  const remainder = sum % 11;
  if (remainder === 0) return '0';
  return remainder === 1 ? 'A' : String(11 - remainder);
}

/** Two digits of a year name two: 29 February exists if it does in either. */
function isDateOfSomeCentury(year: number, month: number, day: number): boolean {
  return [1900, 2000].some((century) => {
    const date = new Date(Date.UTC(century + year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  });
}
