/** Our reading of an RFC against that of `@nodecfdi/rfc`, on RFCs made by chance. */
import { parseRfc, rfcCheckDigit } from '@cfdi-live/cfdi';
import { CheckSum, Rfc } from '@nodecfdi/rfc';
import { expect, test } from 'vitest';
import { chanceOf, type Chance } from './random.ts';

const SEED = 20_261_122;
const COUNT = 100_000;
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ&Ñ');
const UNUSUAL = ['1', '7', 'Z', '$', 'é', ' ', '１', 'İ', 'ı', 'ſ'];
const HOMOCLAVE = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
const DIGITS = Array.from('0123456789A');

function characters(chance: Chance, from: readonly string[], count: number): string {
  return Array.from({ length: count }, () => chance.pick(from)).join('');
}

/** Well formed but for its date, which any two digits may make up. */
function rfcOf(chance: Chance): string {
  const pair = (limit: number): string => String(chance.below(limit)).padStart(2, '0');
  const name = characters(chance, LETTERS, chance.pick([3, 4]));
  const date = pair(100) + pair(chance.maybe(0.9) ? 13 : 100) + pair(chance.maybe(0.9) ? 32 : 100);
  return name + date + characters(chance, HOMOCLAVE, 2) + characters(chance, DIGITS, 1);
}

test(`the check digit is theirs for ${COUNT} RFCs`, () => {
  const chance = chanceOf(SEED);
  const theirs = new CheckSum();
  const seen = new Map<string, number>();
  const different: string[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    const rfc = rfcOf(chance);
    const digit = rfcCheckDigit(rfc);
    seen.set(digit, (seen.get(digit) ?? 0) + 1);
    if (digit !== theirs.calculate(rfc)) different.push(rfc);
  }
  expect(different).toEqual([]);
  // Each of the eleven comes about as often: the comparison saw all of them.
  expect(seen.size).toBe(DIGITS.length);
  expect(Math.min(...seen.values())).toBeGreaterThan(COUNT / 15);
});

/**
 * Where the two differ by intent. Each takes what was typed; everything else must be judged alike: dates too, though we take
 * a day of either century and they one of this, for 1900 and 2000 differ in 29 February alone, and 2000 had it.
 */
const DIFFERENCES: readonly (readonly [reason: string, applies: (typed: string) => boolean])[] = [
  ['what a person types between the parts is taken out by us', (typed) => /[\s\-_./]/.test(typed)],
  [
    'their folding to upper case makes ASCII of two foreign letters (ı and ſ), ours does not',
    (typed) => /[\u0131\u017F]/.test(typed),
  ],
  ['Ñ written as two characters is one letter for us', (typed) => typed !== typed.normalize('NFC')],
];

test(`the form is judged as they judge it for ${COUNT} RFCs, good and bad`, () => {
  const chance = chanceOf(SEED + 1);
  const different: string[] = [];
  const told = { good: 0, bad: 0, excepted: 0 };
  for (let index = 0; index < COUNT; index += 1) {
    const typed = spoil(rfcOf(chance), chance);
    if (DIFFERENCES.some(([, applies]) => applies(typed))) {
      told.excepted += 1;
      continue;
    }
    const ours = parseRfc(typed);
    const theirs = Rfc.parseOrNull(typed);
    if (theirs === null) told.bad += 1;
    else told.good += 1;
    const alike = ours.ok
      ? theirs !== null &&
        theirs.getRfc() === ours.rfc &&
        theirs.isMoral() === (ours.person === 'moral') &&
        theirs.doesCheckSumMatch() === ours.checkDigitMatches &&
        (theirs.isGeneric() || theirs.isForeign()) === ours.generic
      : theirs === null;
    if (!alike) different.push(typed);
  }
  expect(different).toEqual([]);
  expect(told.good).toBeGreaterThan(COUNT / 4);
  expect(told.bad).toBeGreaterThan(COUNT / 4);
  expect(told.excepted).toBeGreaterThan(1_000);
});

/** Half of them as they are; the others with one thing wrong, or written as a person might. */
function spoil(rfc: string, chance: Chance): string {
  if (chance.maybe(0.5)) return rfc;
  const place = chance.below(rfc.length);
  const [before, after] = [rfc.slice(0, place), rfc.slice(place)];
  return chance.pick([
    () => rfc.toLowerCase(),
    () => before + after.slice(1),
    () => before + chance.pick(LETTERS) + after,
    () => before + chance.pick(UNUSUAL) + after.slice(1),
    () => `${before}${chance.pick([' ', '-', '.', '/', '_', '\n', '|', '\u00A0'])}${after}`,
    () => rfc.normalize('NFD'),
    () => chance.pick(['XAXX010101000', 'XEXX010101000', '']),
  ])();
}
