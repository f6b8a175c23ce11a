import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from './dates.ts';
import { equalModuloMask } from './equal.ts';

describe('a field holds what was typed', () => {
  it.each([
    ['1234567', '123-4567', true],
    ['cacx7605101p8', 'CACX7605101P8', true],
    ['1160', '$ 1,160.00', true],
    ['1160.5', '1160.50', true],
    ['0012', '12', true],
    ['07/11/2025', '07-11-2025', true],
    ['José Ñu', 'JOSE NU', true],
    ['', '', true],
    ['1160', '116.0', false],
    ['1160.00', '11600', false],
    ['ABC', '', false],
    ['ABC', 'ABCD', false],
    ['-', '', false],
    ['AB&C', 'ABC', false],
  ])('%j read back as %j: %s', (typed, read, expected) => {
    expect(equalModuloMask(typed, read)).toBe(expected);
  });
});

describe('dates', () => {
  it.each([
    ['2025-11-07', { year: 2025, month: 11, day: 7 }],
    ['2025-11-07T18:30', { year: 2025, month: 11, day: 7 }],
    ['7/11/2025', { year: 2025, month: 11, day: 7 }],
    ['31/02/2025', null],
    ['mañana', null],
  ])('%s is read as %j', (text, expected) => {
    expect(parseDay(text)).toEqual(expected);
  });

  it.each([
    ['dd/mm/aaaa', '07/11/2025'],
    ['DD-MM-YYYY', '07-11-2025'],
    ['mm/dd/yyyy', '11/07/2025'],
    ['aaaa-mm-dd', '2025-11-07'],
    ['Fecha de compra', '07/11/2025'],
    ['', '07/11/2025'],
    ['dd.mm.yyyy', '07.11.2025'],
  ])('are written for %j as %s', (hint, expected) => {
    expect(formatDay({ year: 2025, month: 11, day: 7 }, hint)).toBe(expected);
  });
});
