import { VENDOR_DIRECTORY, type VendorRow } from '@cfdi-live/domain';
import { describe, expect, it } from 'vitest';
import { createVendorCatalogue } from './vendor-catalogue.ts';

/** A catalogue over a source and a clock of the test. */
function setUp() {
  const source = { slug: 'first', loads: 0, fails: false };
  let now = 0;
  const catalogue = createVendorCatalogue({
    load: async (): Promise<VendorRow[]> => {
      source.loads += 1;
      if (source.fails) throw new Error('away');
      return [{ ...VENDOR_DIRECTORY[0]!, slug: source.slug, hosts: ['shop.mx'] }];
    },
    freshForMs: 60_000,
    monotonic: () => now,
  });
  const known = async (): Promise<string | undefined> =>
    (await catalogue.current()).at(new URL('https://shop.mx/'), 'live')?.slug;
  return { source, known, pass: (ms: number) => void (now += ms) };
}

/** What was begun behind an answer has ended. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the vendor catalogue', () => {
  it('is loaded once, for however many ask', async () => {
    const { source, known, pass } = setUp();
    expect(await Promise.all([known(), known(), known()])).toEqual(['first', 'first', 'first']);
    pass(59_999);
    await known();
    expect(source.loads).toBe(1);
  });

  it('is loaded again behind the answer once it is old', async () => {
    const { source, known, pass } = setUp();
    await known();
    source.slug = 'second';
    pass(60_000);
    expect(await known()).toBe('first');
    await settled();
    expect(await known()).toBe('second');
    expect(source.loads).toBe(2);
  });

  it('serves what it had while it cannot be loaded, and has nothing before', async () => {
    const { source, known, pass } = setUp();
    source.fails = true;
    await expect(known()).rejects.toThrow('away');
    source.fails = false;
    expect(await known()).toBe('first');
    source.fails = true;
    pass(60_000);
    expect(await known()).toBe('first');
    await settled();
    source.fails = false;
    source.slug = 'second';
    expect(await known()).toBe('first');
    await settled();
    expect(await known()).toBe('second');
  });
});
