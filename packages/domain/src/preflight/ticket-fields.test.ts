import type { TicketData } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { field } from '../vendors/entry.ts';
import { checkTicketFields, ticketValue } from './ticket-fields.ts';

const ticket = (values: Partial<TicketData> = {}): TicketData => ({
  amount: 100,
  date: '2026-11-20',
  ...values,
});

const TC = field('extra.tc', 'TC#', { required: true, letters: 'digits', length: 20 });
const FOLIO = field('folio', 'Folio de venta', { required: true, letters: 'digits', length: 9 });
const MASKED = field('folio', 'Ticket', { required: true, mask: 'AAA-9999-X' });

const findingsOf = (values: Partial<TicketData>, ...fields: (typeof TC)[]) =>
  checkTicketFields(ticket(values), fields).map(({ path, code }) => `${path}: ${code}`);

describe('a ticket value', () => {
  it('is found by the name of its field', () => {
    expect(ticketValue(ticket({ folio: 'A1' }), field('folio', 'Folio'))).toBe('A1');
    expect(ticketValue(ticket(), field('amount', 'Total'))).toBe('100.00');
    expect(ticketValue(ticket(), field('date', 'Fecha'))).toBe('2026-11-20');
    expect(ticketValue(ticket(), field('folio', 'Folio'))).toBeNull();
  });

  it('of no name of its own is found by any label, however spelt', () => {
    const register = field('extra.caja', 'Caja', { aliases: ['No. de caja'] });
    for (const key of ['caja', 'CAJA', 'Caja:', 'no de caja'])
      expect(ticketValue(ticket({ extra: { [key]: '3' } }), register), key).toBe('3');
    expect(ticketValue(ticket({ extra: { cajero: '3' } }), register)).toBeNull();
  });

  it('of a telling form is found wherever it stands', () => {
    const tc = '1234 5678 9012 3456 7890';
    for (const values of [{ folio: tc }, { barcode: tc }, { extra: { 'ticket no': tc } }])
      expect(ticketValue(ticket(values), TC)).toBe(tc);
  });

  it('is nobody’s where two would do, or its form tells nothing', () => {
    const two = { folio: '12345678901234567890', barcode: '09876543210987654321' };
    expect(ticketValue(ticket(two), TC)).toBeNull();
    expect(ticketValue(ticket({ folio: '12345678901234567890', webId: '12345678901234567890' }), TC)).toBe(
      '12345678901234567890',
    );
    const short = field('branch', 'Restaurante', { length: 4 });
    expect(ticketValue(ticket({ folio: '1234' }), short)).toBeNull();
  });
});

describe('checkTicketFields', () => {
  it('accepts what fits, with or without separators', () => {
    expect(findingsOf({ folio: '123 456 789' }, FOLIO)).toEqual([]);
    expect(findingsOf({ folio: 'abc-1234-z' }, MASKED)).toEqual([]);
    expect(findingsOf({ folio: 'ABC12349' }, MASKED)).toEqual([]);
    expect(findingsOf({}, field('folio', 'Folio'))).toEqual([]);
  });

  it.each([
    ['nothing where something is required', {}, FOLIO, 'field_missing'],
    ['too short', { folio: '12345678' }, FOLIO, 'wrong_length'],
    ['too long', { folio: '1234567890' }, FOLIO, 'wrong_length'],
    ['of letters where digits belong', { folio: '12345678O' }, FOLIO, 'wrong_letters'],
    ['not as printed', { folio: 'AB1-1234-X' }, MASKED, 'wrong_letters'],
    ['shorter than printed', { folio: 'ABC-1234' }, MASKED, 'wrong_length'],
    ['over the most', { folio: '1234567' }, field('folio', 'Folio', { maxLength: 6 }), 'wrong_length'],
    ['under the least', { folio: '12' }, field('folio', 'Folio', { minLength: 3 }), 'wrong_length'],
  ])('tells of %s', (_what, values, asked, code) => {
    expect(findingsOf(values, asked)).toEqual([`ticketData.folio: ${code}`]);
  });

  it('says in both languages what the field is like, and never what was given', () => {
    const values = { folio: '98765' };
    const fields = [
      FOLIO,
      field('folio', 'Folio', { minLength: 8 }),
      field('folio', 'Folio', { maxLength: 3 }),
      field('folio', 'Folio', { minLength: 6, maxLength: 8 }),
      { ...MASKED, minLength: 5, maxLength: 5 },
      TC,
    ];
    const messages = checkTicketFields(ticket(values), fields).map(({ message }) => message);
    expect(messages.map(({ en }) => en)).toEqual([
      '"Folio de venta" has 9 digits.',
      '"Folio" has at least 8 characters.',
      '"Folio" has up to 3 characters.',
      '"Folio" has from 6 to 8 characters.',
      '"Ticket" is written AAA-9999-X (9: a digit, A: a letter, X: either).',
      'The portal asks for "TC#".',
    ]);
    expect(messages[0]?.es).toBe('«Folio de venta» lleva 9 dígitos.');
    expect(JSON.stringify(messages)).not.toContain('98765');
  });
});
