import { describe, expect, test } from 'vitest';
import { generateApiKey, parseApiKey } from './api-keys.ts';
import { hashSecret } from './bearer-text.ts';

describe('an API key', () => {
  test('is read back as what it was made of', () => {
    const { key, keyId, secretHash } = generateApiKey({ mode: 'live' });
    const parsed = parseApiKey(key);
    expect(key).toMatch(/^cl_live_[0-9a-z]{26}_[0-9a-z]{39}$/);
    expect(parsed).toMatchObject({ mode: 'live', keyId });
    expect(hashSecret(parsed!.secret)).toEqual(secretHash);
  });

  test('with any one letter changed is refused before a look-up', () => {
    const { key } = generateApiKey({ mode: 'test' });
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === 'x' ? 'y' : 'x';
      expect(parseApiKey(key.slice(0, at) + other + key.slice(at + 1)), `letter ${at}`).toBeNull();
    }
  });

  test.each(['', 'cl_live_', 'Bearer x', ' '.repeat(80), `${generateApiKey({ mode: 'test' }).key}\n`])(
    'is not %j',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );

  test('is never made twice', () => {
    const keys = Array.from({ length: 100 }, () => generateApiKey({ mode: 'test' }));
    expect(new Set(keys.map(({ key }) => parseApiKey(key)?.secret)).size).toBe(100);
  });
});
