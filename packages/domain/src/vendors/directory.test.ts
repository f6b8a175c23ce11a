import { decodeId, encodeId, vendorSchema } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { TRUSTED_CONFIDENCE } from '../preflight/vendor-ticket.ts';
import { VENDOR_DIRECTORY } from './directory.ts';

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

describe('the vendor directory', () => {
  it.each(VENDOR_DIRECTORY.map((vendor) => [vendor.slug, vendor] as const))(
    '%s is an entry as the API shows it, with a source and no more certainty than it gives',
    (_slug, vendor) => {
      expect(
        vendorSchema.strict().safeParse({ ...vendor, id: encodeId('vendor', vendor.id) }).error,
      ).toBeUndefined();
      expect(vendor.sandbox).toBe(false);
      expect(vendor.sources.length).toBeGreaterThan(0);
      expect(vendor.confidence).toBeLessThanOrEqual(0.5);
      // One account alone is never enough to refuse a ticket.
      if (vendor.confidence >= TRUSTED_CONFIDENCE) expect(vendor.sources.length).toBeGreaterThan(1);
      const dates = vendor.sources.map(({ date }) => date).filter((date) => date !== null);
      expect(vendor.verifiedAt).toBe(dates.sort().at(-1) ?? null);
      for (const host of vendor.hosts) expect(host).toMatch(/^[a-z0-9.-]+\.[a-z]+(:\d+)?$/);
      const { portalUrl } = vendor;
      if (portalUrl !== null) {
        const { hostname, host } = new URL(portalUrl);
        const covering = vendor.hosts.filter(
          (known) => known === host || known === hostname || hostname.endsWith(`.${known}`),
        );
        expect(covering).toHaveLength(1);
      }
    },
  );

  it('names every vendor, address and field once', () => {
    expect(unique(VENDOR_DIRECTORY.map(({ id }) => id))).toBe(true);
    expect(unique(VENDOR_DIRECTORY.map(({ slug }) => slug))).toBe(true);
    expect(unique(VENDOR_DIRECTORY.flatMap(({ hosts }) => hosts))).toBe(true);
    for (const { ticketFields } of VENDOR_DIRECTORY)
      expect(unique((ticketFields ?? []).map(({ name }) => name))).toBe(true);
  });

  it('has ids that sort by time and survive their public form', () => {
    for (const { id } of VENDOR_DIRECTORY) {
      expect(decodeId('vendor', encodeId('vendor', id))).toBe(id);
      expect(id[14]).toBe('7');
    }
  });
});
