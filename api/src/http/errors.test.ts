import { DatabaseUnavailable } from '@cfdi-live/db';
import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';
import { isUnavailable } from './errors.ts';

function withCode(code: string): Error {
  return Object.assign(new Error('made for a test'), { code });
}

describe('isUnavailable', () => {
  it('knows a server that cannot be reached or is closing', () => {
    expect(isUnavailable(new DatabaseUnavailable())).toBe(true);
    expect(isUnavailable(withCode('ECONNREFUSED'))).toBe(true);
    expect(isUnavailable(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
    expect(isUnavailable(new Error('wrapped', { cause: withCode('ECONNREFUSED') }))).toBe(true);
  });

  it('takes a bug for what it is', () => {
    for (const error of [withCode('23505'), withCode('42P01'), new TypeError('x'), 'text', undefined]) {
      expect(isUnavailable(error)).toBe(false);
    }
  });
});

it('describes an error without its words', () => {
  const error = Object.assign(new Error('duplicate key (rfc)=(CACX7605101P8)'), { code: '23505' });
  const described = JSON.stringify(describeError(error));
  expect(described).not.toContain('CACX');
  expect(described).toContain('23505');
  expect(described).toContain('errors.test.ts');
});
