import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const canonical = (text: string) => canonicalJson(JSON.parse(text));

describe('canonicalJson', () => {
  it('is the same for two spellings of one value', () => {
    expect(canonical('{"b":1.50,"a":[{"d":null,"c":"ñ"}]}')).toBe(
      canonical(' { "a" : [ { "c" : "\\u00f1", "d" : null } ], "b" : 15e-1 } '),
    );
  });

  it('differs where the values do', () => {
    const values = [
      '{}',
      '[]',
      'null',
      '""',
      '0',
      'false',
      '{"a":null}',
      '{"a":[]}',
      '[1,2]',
      '[2,1]',
      '"1"',
      '1',
    ];
    expect(new Set(values.map(canonical)).size).toBe(values.length);
  });

  it('is JSON of the same value', () => {
    const value = { z: [1, { y: 'x"\\', a: true }], '': {} };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
  });
});
