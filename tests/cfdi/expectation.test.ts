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

  it('throws on an expectation that makes no sense', () => {
    expect(() => world.verify(world.issued.xml, { ...EXPECTED, total: '1,160.00' })).toThrow(RangeError);
    expect(() => world.verify(world.issued.xml, { ...EXPECTED, ticketDate: '20/11/2026' })).toThrow(
      RangeError,
    );
  });
});
