import { expect, test } from 'vitest';
import { formatPesos, parsePesos } from './money.ts';

test.each([
  ['0.05', 5],
  ['45', 4_500],
  ['1234.5', 123_450],
  ['1,234.50', 123_450],
  ['$ 12,345,678.90', 1_234_567_890],
  [' 99.99 ', 9_999],
])('reads %j', (typed, cents) => expect(parsePesos(typed)).toBe(cents));

test.each(['', '$', '1,23', '12,34.50', '1234,50', '1.234', '-5', '1e3', '１２'])('refuses %j', (typed) =>
  expect(parsePesos(typed)).toBeUndefined(),
);

test('reads back what it shows', () => {
  for (const cents of [0, 1, 99, 100, 99_999, 100_000, 284_500])
    expect(parsePesos(formatPesos(cents))).toBe(cents);
});
