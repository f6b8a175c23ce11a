import { expect, it } from 'vitest';
import { createLiveTokens, sameSecret } from './live-tokens.ts';

it('accepts a token for its session until its time', () => {
  const tokens = createLiveTokens();
  const token = tokens.issue('one', 1_000);
  expect(tokens.accepts(token, 'one', 999)).toBe(true);
  expect(tokens.accepts(token, 'one', 1_000)).toBe(false);
  expect(tokens.accepts(token, 'two', 0)).toBe(false);
});

it('accepts no token that was made up, prolonged, or issued by another server', () => {
  const tokens = createLiveTokens();
  const token = tokens.issue('one', 1_000);
  const forged = [
    '',
    '.',
    '2000',
    'NaN.x',
    token.replace('1000', '2000'),
    createLiveTokens().issue('one', 1_000),
  ];
  for (const other of forged) expect(tokens.accepts(other, 'one', 0)).toBe(false);
});

it('compares secrets of any length', () => {
  expect(sameSecret('key', 'key')).toBe(true);
  for (const other of ['', 'ke', 'kez', 'key ', 'k'.repeat(100)])
    expect(sameSecret(other, 'key')).toBe(false);
});
