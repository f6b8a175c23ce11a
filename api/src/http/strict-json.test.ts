import { describe, expect, it } from 'vitest';
import { checkStrictJson } from './strict-json.ts';

function verdictOf(body: string | Uint8Array): string {
  const checked = checkStrictJson(typeof body === 'string' ? new TextEncoder().encode(body) : body);
  return checked.ok ? 'ok' : checked.code;
}

describe('checkStrictJson', () => {
  it('lets ordinary JSON pass', () => {
    expect(verdictOf('{"a":{"b":[1,{"b":"{\\"b\\":1,\\"b\\":2}"}]},"b":null,"ñ":"😀"}')).toBe('ok');
    expect(verdictOf(' "text, not: an {object}" ')).toBe('ok');
    expect(verdictOf('[{"a":1},{"a":2}]')).toBe('ok');
  });

  it('refuses what is not JSON', () => {
    for (const body of [
      '',
      '{',
      '{"a":1}}',
      "{'a':1}",
      '{"a":1,}',
      '{"a":NaN}',
      '\ufeff{}',
      '{"a":"\u0000"}',
    ]) {
      expect(verdictOf(body)).toBe('malformed_json');
    }
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(verdictOf(new Uint8Array([0x22, 0xff, 0x22]))).toBe('invalid_utf8');
    expect(verdictOf(new Uint8Array([0x22, 0xc0, 0xaf, 0x22]))).toBe('invalid_utf8');
  });

  it('refuses a key that stands twice, however it is spelled', () => {
    expect(verdictOf('{"a":1,"a":2}')).toBe('duplicate_key');
    expect(verdictOf('{"a":1,"\\u0061":2}')).toBe('duplicate_key');
    expect(verdictOf('{"x":[{"a":{"b":1},"c":",","a":1}]}')).toBe('duplicate_key');
  });

  it('refuses text that a database cannot hold', () => {
    expect(verdictOf('{"a":"\\u0000"}')).toBe('forbidden_character');
    expect(verdictOf('{"a\\u0000":1}')).toBe('forbidden_character');
    expect(verdictOf('["\\ud83d"]')).toBe('forbidden_character');
    expect(verdictOf('["\\ud83d\\ude00"]')).toBe('ok');
  });

  it('refuses a key that would become a prototype', () => {
    expect(verdictOf('{"a":{"__proto__":{"admin":true}}}')).toBe('forbidden_key');
    expect(verdictOf('{"a":{"\\u005f_proto__":1}}')).toBe('forbidden_key');
  });

  it('allows 32 levels and no more', () => {
    expect(verdictOf(`${'['.repeat(32)}${']'.repeat(32)}`)).toBe('ok');
    expect(verdictOf(`${'['.repeat(33)}${']'.repeat(33)}`)).toBe('too_deep');
    expect(verdictOf(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toBe('too_deep');
  });

  it('judges the worst bodies of full size in a moment', () => {
    const start = performance.now();
    expect(verdictOf(`${'['.repeat(131_000)}${']'.repeat(131_000)}`)).toBe('too_deep');
    expect(verdictOf('['.repeat(262_000))).toBe('malformed_json');
    expect(verdictOf(`"${'\\"'.repeat(131_000)}"`)).toBe('ok');
    expect(verdictOf(`"${'a'.repeat(262_000)}"`)).toBe('ok');
    expect(verdictOf(`[${'"a",'.repeat(65_000)}0]`)).toBe('ok');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
