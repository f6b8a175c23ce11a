import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecent } from './recent.ts';

let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

/** Answers with how often it was asked. */
function counting() {
  let asked = 0;
  const recent = createRecent(async () => (asked += 1), 1_000);
  return { recent, asked: () => asked };
}

describe('what is recent', () => {
  it('is asked once, by how many ever at one time, and again when it is old', async () => {
    const { recent } = counting();
    expect(await Promise.all([recent.find('a'), recent.find('a'), recent.find('a')])).toEqual([1, 1, 1]);
    now = 999;
    expect(await recent.find('a')).toBe(1);
    now = 1_000;
    expect(await recent.find('a')).toBe(2);
  });

  it('is asked again as soon as it is to be forgotten, even while the answer is on its way', async () => {
    const { recent } = counting();
    const early = recent.find('a');
    recent.forget('a');
    expect(await early).toBe(1);
    expect(await recent.find('a')).toBe(2);
    recent.forget('b');
    expect(await recent.find('a')).toBe(2);
    recent.forget(null);
    expect(await recent.find('a')).toBe(3);
  });

  it('does not remember that asking failed', async () => {
    let fails = true;
    const recent = createRecent(async () => {
      if (fails) throw new Error('away');
      return 'there';
    }, 1_000);
    await expect(recent.find('a')).rejects.toThrow('away');
    fails = false;
    expect(await recent.find('a')).toBe('there');
  });

  it('holds only so many, the youngest', async () => {
    const { recent, asked } = counting();
    for (let n = 0; n < 10_001; n++) await recent.find(`id-${n}`);
    expect(asked()).toBe(10_001);
    await recent.find('id-10000');
    expect(asked()).toBe(10_001);
    await recent.find('id-0');
    expect(asked()).toBe(10_002);
  });
});
