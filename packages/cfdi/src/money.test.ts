import { describe, expect, it } from 'vitest';
import { formatAmount, parseAmount } from './money.ts';

describe('parseAmount', () => {
  it.each([
    ['0', 0n],
    ['1160.00', 1_160_000_000n],
    ['1160', 1_160_000_000n],
    ['0.000001', 1n],
    ['.5', 500_000n],
    ['5.', 5_000_000n],
    ['1.0000000000', 1_000_000n],
    ['999999999999999999.999999', 999_999_999_999_999_999_999_999n],
  ])('reads %s exactly', (text, micros) => {
    expect(parseAmount(text)).toBe(micros);
  });

  it.each(['', '.', '-1', '+1', '1,160.00', '1e3', ' 1', '1.0000001', '0x10', 'NaN', '1.2.3', '１'])(
    'refuses %j',
    (text) => expect(parseAmount(text)).toBeUndefined(),
  );

  it('does not take 0.1 + 0.2 for 0.30000000000000004', () => {
    expect((parseAmount('0.1') ?? 0n) + (parseAmount('0.2') ?? 0n)).toBe(parseAmount('0.3'));
  });
});

describe('formatAmount', () => {
  it.each([
    [1_160_000_000n, 2, '1160.00'],
    [1_160_000_000n, 1, '1160.0'],
    [1_160_000_000n, 0, '1160'],
    [1_234_567_800n, 2, '1234.5678'],
    [-500_000n, 2, '-0.50'],
  ])('writes %s with %s decimals at least', (micros, decimals, text) => {
    expect(formatAmount(micros, decimals)).toBe(text);
  });
});
