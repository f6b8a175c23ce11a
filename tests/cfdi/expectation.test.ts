import type { Expectation } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED, codesOf, createWorld, tamper, withAttributes, withChild, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a genuine invoice that is not ours is rejected', () => {
  const { receptor } = EXPECTED;
  const expectations: readonly (readonly [string, Partial<Expectation>, string])[] = [
    ['another RFC', { receptor: { ...receptor, rfc: 'EKU9003173C9' } }, 'receptor_rfc_mismatch'],
    [
      'another name',
      { receptor: { ...receptor, name: 'ZAPATERIA URTADO NERI & CIA' } },
      'receptor_name_mismatch',
    ],
    [
      'another postal code',
      { receptor: { ...receptor, postalCode: '34540' } },
      'receptor_postal_code_mismatch',
    ],
    ['another regime', { receptor: { ...receptor, regime: '603' } }, 'receptor_regime_mismatch'],
    ['another use', { receptor: { ...receptor, use: 'S01' } }, 'receptor_use_mismatch'],
    ['a cent less on the ticket', { total: '1159.99' }, 'total_mismatch'],
    ['a millionth more on the ticket', { total: '1160.000001' }, 'total_mismatch'],
    ['another currency', { currency: 'USD' }, 'currency_mismatch'],
    ['another vendor', { emisorRfcs: ['IIA040805DZ4'] }, 'emisor_mismatch'],
    ['a purchase of the next day', { ticketDate: '2026-11-21' }, 'date_out_of_window'],
    ['a UUID that we have', { isUuidKnown: () => true }, 'uuid_already_accepted'],
  ];

  it.each(expectations)('%s', (_, change, code) => {
    const result = world.verify(world.issued.xml, { ...EXPECTED, ...change });
    expect(codesOf(result)).toEqual([code]);
    expect(result.verdict).toBe('rejected');
  });

  it('one that is dated in the future', () => {
    const now = new Date('2026-11-19T11:59:59Z');
    const result = world.verify(world.issued.xml, { ...EXPECTED, now, ticketDate: '2026-11-19' });
    expect(codesOf(result)).toEqual(['date_out_of_window', 'stamp_date_out_of_window']);
  });

  it.each([
    ['a credit note', withAttributes({ TipoDeComprobante: 'E' }), 'not_an_income_invoice'],
    [
      'the global invoice of the day',
      withChild(
        { tag: 'cfdi:InformacionGlobal', attributes: { Periodicidad: '01', Meses: '11', Año: '2026' } },
        'first',
      ),
      'global_invoice',
    ],
    ['one in dollars', withAttributes({ Moneda: 'USD', TipoCambio: '18.50' }), 'currency_mismatch'],
    ['one that does not add up', withAttributes({ SubTotal: '999.00' }), 'arithmetic_inconsistent'],
  ])('%s', async (_, change, code) => {
    const codes = codesOf(world.verify(await world.seal(change)));
    expect(new Set(codes)).toEqual(new Set([code]));
  });

  it('one with a complement that we do not know, though its seal is genuine', () => {
    const xml = tamper(
      world.xml,
      '<cfdi:Complemento>',
      '<cfdi:Complemento><ine:INE xmlns:ine="http://www.sat.gob.mx/ine" Version="1.1"/>',
    );
    expect(world.verify(xml).findings).toMatchObject([
      { code: 'unsupported_complement', values: { complement: '{http://www.sat.gob.mx/ine}INE' } },
    ]);
  });

  it('but an unknown vendor is only a warning', () => {
    const result = world.verify(world.issued.xml, { ...EXPECTED, emisorRfcs: [] });
    expect(result.findings).toMatchObject([{ code: 'emisor_unknown', severity: 'warning' }]);
    expect(result.verdict).toBe('authenticated');
  });

  it('asks for the UUID in upper case, once', () => {
    const asked: string[] = [];
    world.verify(world.issued.xml, { ...EXPECTED, isUuidKnown: (uuid) => (asked.push(uuid), false) });
    expect(asked).toEqual([world.issued.uuid]);
  });

  it.each([
    ['as much as it may be below', '1200.00', { below: '40.00' }, true],
    ['a cent more than it may be below', '1200.01', { below: '40.00' }, false],
    ['as much as it may be above', '1100.00', { above: '60.00' }, true],
    ['a cent more than it may be above', '1099.99', { above: '60.00' }, false],
    ['above where only below is allowed', '1159.99', { below: '40.00' }, false],
    ['below where only above is allowed', '1160.01', { above: '60.00' }, false],
    ['nothing, where both are allowed', '1160.00', { below: '1', above: '1' }, true],
    ['below by less than there is', '1160.00', { below: '5000.00' }, true],
    ['a cent, with a tip rule that allows nothing', '1160.01', {}, false],
  ])('but a vendor may leave tips out, or count them in: by %s', (_, total, tip, ours) => {
    const result = world.verify(world.issued.xml, { ...EXPECTED, total, tip });
    expect(codesOf(result)).toEqual(ours ? [] : ['total_mismatch']);
    expect(result.ok).toBe(ours);
  });

  it('throws on an expectation that makes no sense', () => {
    const { receptor: _receptor, ...rest } = EXPECTED;
    expect(() => world.verify(world.issued.xml, { ...rest, tip: { below: '-1' } })).toThrow(RangeError);
    expect(() => world.verify(world.issued.xml, { ...EXPECTED, total: '1,160.00' })).toThrow(RangeError);
    expect(() => world.verify(world.issued.xml, { ...EXPECTED, ticketDate: '20/11/2026' })).toThrow(
      RangeError,
    );
  });
});

describe('what an expectation leaves out is not checked', () => {
  const { now } = EXPECTED;
  const parts: readonly (readonly [string, Expectation])[] = [
    ['the moment alone', { now }],
    ['a receptor of nothing', { now, receptor: {} }],
    ['the RFC alone', { now, receptor: { rfc: EXPECTED.receptor?.rfc ?? '' } }],
    ['the total alone', { now, total: '1160' }],
    ['a tip of no total', { now, tip: { below: '1.00' } }],
    ['the date alone', { now, ticketDate: '2026-11-20' }],
  ];

  it.each(parts)('by %s', (_, expected) => {
    const result = world.verify(world.issued.xml, expected);
    expect(codesOf(result)).toEqual(['emisor_unknown']);
    expect(result.verdict).toBe('authenticated');
  });

  it.each([
    ['rfc', 'receptor_rfc_mismatch'],
    ['name', 'receptor_name_mismatch'],
    ['postalCode', 'receptor_postal_code_mismatch'],
    ['regime', 'receptor_regime_mismatch'],
    ['use', 'receptor_use_mismatch'],
  ])('but each part is that is there: %s', (field, code) => {
    const result = world.verify(world.issued.xml, { now, receptor: { [field]: 'X' } });
    expect(codesOf(result)).toEqual([code, 'emisor_unknown']);
  });

  it('and an empty value is a value', () => {
    const result = world.verify(world.issued.xml, { now, receptor: { name: '' } });
    expect(codesOf(result)).toEqual(['receptor_name_mismatch', 'emisor_unknown']);
  });
});
