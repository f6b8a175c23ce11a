import { describe, expect, it } from 'vitest';
import { parseRfc, rfcCheckDigit } from './rfc.ts';

describe('parseRfc', () => {
  it.each([
    ['EKU9003173C9', 'moral'],
    ['H&E951128469', 'moral'],
    ['OÑO120726RX3', 'moral'],
    ['ZUÑ920208KL4', 'moral'],
    ['XIA190128J61', 'moral'],
    ['CACX7605101P8', 'fisica'],
    ['MISC491214B86', 'fisica'],
    ['FUNK671228PH6', 'fisica'],
  ] as const)('knows %s as a %s person with its check digit', (rfc, person) => {
    expect(parseRfc(rfc)).toEqual({ ok: true, rfc, person, generic: false, checkDigitMatches: true });
  });

  it.each(['FNI970829JR9', 'RTO840921RE4', 'PAF070213GI1'])('takes %s, issued with a wrong digit', (rfc) => {
    expect(parseRfc(rfc)).toMatchObject({ ok: true, rfc, checkDigitMatches: false });
  });

  it.each(['XAXX010101000', 'XEXX010101000'])('tells that %s identifies nobody', (rfc) => {
    expect(parseRfc(rfc)).toMatchObject({ ok: true, generic: true });
  });

  it.each([
    [' eku-900317-3c9 ', 'EKU9003173C9'],
    ['eku.900317/3C9', 'EKU9003173C9'],
    ['zuñ920208kl4', 'ZUÑ920208KL4'],
    ['ZUN\u0303920208KL4', 'ZUÑ920208KL4'],
  ])('normalises %j', (typed, rfc) => {
    expect(parseRfc(typed)).toMatchObject({ ok: true, rfc });
  });

  it.each([
    '',
    'EKU9003173C',
    'EKU9003173C99',
    'EKU9013173C9',
    'EKU9003173CB',
    'EKU900317３C9',
    'E\u017FU9003173C9',
  ])('refuses %j', (typed) => expect(parseRfc(typed)).toEqual({ ok: false, reason: 'malformed' }));

  it('refuses a day that no century has, and takes the leap day of 2000', () => {
    expect(parseRfc('ABC990229AB1')).toEqual({ ok: false, reason: 'impossible_date' });
    expect(parseRfc('ABC990431AB1')).toEqual({ ok: false, reason: 'impossible_date' });
    expect(parseRfc('ABC000229AB1')).toMatchObject({ ok: true });
  });
});

describe('rfcCheckDigit', () => {
  it('refuses what is not normalised', () => {
    expect(() => rfcCheckDigit('eku9003173C9')).toThrow(RangeError);
  });
});
