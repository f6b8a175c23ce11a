import { describe, expect, it } from 'vitest';
import { box } from '../../testing/build-snapshot.ts';
import type { FieldType } from './field-types.ts';
import { amountOf, formatsOf, holdsValue, retryFormat, splitOver } from './formats.ts';

function match(type: FieldType, text: string, parts: Parameters<typeof box>[1] = {}) {
  const view = box('x', parts);
  return {
    field: { kind: 'single' as const, view, parts: [view] },
    source: { source: `ticket.${type}`, type, text, label: null },
    type,
  };
}

describe('formats', () => {
  it.each([
    ['', '18/11/2026'],
    ['dd/mm/aaaa', '18/11/2026'],
    ['DD-MM-YYYY', '18-11-2026'],
    ['mm/dd/yyyy', '11/18/2026'],
    ['aaaa-mm-dd', '2026-11-18'],
    ['YYYY/MM/DD', '2026/11/18'],
    ['dd/mm/aa', '18/11/26'],
    ['dd-mmm-aaaa', '18-nov-2026'],
  ])('write the date as "%s" asks', (placeholder, text) => {
    expect(formatsOf(match('date', '2026-11-18', { labels: { placeholder } }))[0]).toBe(text);
  });

  it('write amounts as the paper does, and whole where only digits are taken', () => {
    expect(formatsOf(match('amount', '1160.00'))).toEqual(['1160.00', '1160', '1,160.00']);
    expect(formatsOf(match('amount', '1160.00', { inputMode: 'numeric' }))[0]).toBe('1160');
    expect(formatsOf(match('amount', '1160.00', { pattern: '\\d{1,3}(,\\d{3})*\\.\\d{2}' }))[0]).toBe(
      '1,160.00',
    );
  });

  it('leave out separators where they do not fit', () => {
    expect(formatsOf(match('folio', 'A-004512'))[0]).toBe('A-004512');
    expect(formatsOf(match('folio', 'A-004512', { maxLength: 7 }))[0]).toBe('A004512');
    expect(formatsOf(match('folio', 'A-004512', { pattern: '[A-Z0-9]+' }))[0]).toBe('A004512');
  });

  it('offer another one for the retry, once there is one', () => {
    expect(retryFormat(match('folio', '000123'))).toBe('123');
    expect(retryFormat(match('folio', 'A-004512'))).toBe('A004512');
    expect(retryFormat(match('folio', '4512', { maxLength: 8 }))).toBe('00004512');
    expect(retryFormat(match('folio', 'ABC'))).toBeNull();
    expect(retryFormat(match('folio', '000123', { maxLength: 6 }))).toBeNull();
    expect(retryFormat(match('amount', '1160.00'))).toBeNull();
    expect(retryFormat(match('date', '2026-11-18'))).toBe('2026-11-18');
    expect(retryFormat(match('date', '2026-11-18', { type: 'date' }))).toBeNull();
  });
});

describe('reading back', () => {
  it('sees through masks and formats', () => {
    expect(holdsValue('CACX-760510-1P8', 'CACX7605101P8', 'rfc')).toBe(true);
    expect(holdsValue('$ 1,160.00', '1160.00', 'amount')).toBe(true);
    expect(holdsValue('18-11-2026', '18/11/2026', 'date')).toBe(true);
    expect(holdsValue('2026-11-18', '18/11/2026', 'date')).toBe(true);
  });

  it('does not take something else for it', () => {
    expect(holdsValue('', 'CACX7605101P8', 'rfc')).toBe(false);
    expect(holdsValue('CACX7605101P', 'CACX7605101P8', 'rfc')).toBe(false);
    expect(holdsValue('116.00', '1160.00', 'amount')).toBe(false);
    expect(holdsValue('11/18/2026', '18/11/2026', 'date')).toBe(false);
    expect(holdsValue('12345', '1234', 'folio')).toBe(false);
  });

  it('reads amounts as they are written in Mexico', () => {
    expect(['$1,160.00', '1160', '1160.5', 'MXN 1,160.00', '1.160,00', 'abc', ''].map(amountOf)).toEqual([
      116000n,
      116000n,
      116050n,
      116000n,
      null,
      null,
      null,
    ]);
  });
});

describe('codes over several boxes', () => {
  it('split by their own dashes, by lengths, and by the shape of an RFC', () => {
    expect(splitOver('WX12-34YZ-5678', [4, 4, 4], 'webId')).toEqual(['WX12', '34YZ', '5678']);
    expect(splitOver('123456789', [3, 3, 3], 'folio')).toEqual(['123', '456', '789']);
    expect(splitOver('XIA190128J61', [4, 6, 3], 'rfc')).toEqual(['XIA', '190128', 'J61']);
    expect(splitOver('12345', [3, 3], 'folio')).toBeNull();
  });
});
