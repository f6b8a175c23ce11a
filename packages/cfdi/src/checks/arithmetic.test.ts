import { describe, expect, it } from 'vitest';
import type { CfdiFacts, ConceptFacts, TaxLine } from '../facts.ts';
import { checkArithmetic } from './arithmetic.ts';

function iva(base: string, amount: string, rate = '0.160000'): TaxLine {
  return { tax: '002', base, factor: 'Tasa', rate, amount };
}

function concept(over: Partial<ConceptFacts> = {}): ConceptFacts {
  return {
    productKey: '90101501',
    identifier: undefined,
    quantity: '1',
    unitKey: 'E48',
    unit: undefined,
    description: 'X',
    unitPrice: '1000.00',
    amount: '1000.00',
    discount: undefined,
    taxes: { transferred: [iva('1000.00', '160.00')], withheld: [] },
    ...over,
  };
}

function invoice(over: Partial<CfdiFacts> = {}): CfdiFacts {
  return {
    concepts: [concept()],
    subtotal: '1000.00',
    discount: undefined,
    taxes: {
      transferred: [iva('1000.00', '160.00')],
      withheld: [],
      totalTransferred: '160.00',
      totalWithheld: undefined,
    },
    localTaxes: undefined,
    total: '1160.00',
    ...over,
  } as CfdiFacts;
}

function rules(facts: CfdiFacts): readonly unknown[] {
  return checkArithmetic(facts).map(({ values }) => values['rule']);
}

describe('checkArithmetic', () => {
  it('accepts amounts that follow from each other', () => {
    expect(rules(invoice())).toEqual([]);
  });

  it('accepts taxes that were rounded line by line', () => {
    // 3 × round(3.33 × 0.16) = 1.59, where rounding once gives 1.60.
    const line = concept({
      unitPrice: '3.33',
      amount: '3.33',
      taxes: { transferred: [iva('3.33', '0.53')], withheld: [] },
    });
    const facts = (tax: string, total: string): CfdiFacts =>
      invoice({
        concepts: [line, line, line],
        subtotal: '9.99',
        taxes: {
          transferred: [iva('9.99', tax)],
          withheld: [],
          totalTransferred: tax,
          totalWithheld: undefined,
        },
        total,
      });
    expect(rules(facts('1.59', '11.58'))).toEqual([]);
    expect(rules(facts('1.60', '11.59'))).toEqual([]);
    expect(rules(facts('1.62', '11.61'))).toEqual(['transferred_tax']);
  });

  it('accepts six decimals in the lines that are rounded in the sums', () => {
    const line = concept({
      quantity: '3.5',
      unitPrice: '12.345678',
      amount: '43.209873',
      taxes: { transferred: [], withheld: [] },
    });
    const none = { transferred: [], withheld: [], totalTransferred: undefined, totalWithheld: undefined };
    expect(rules(invoice({ concepts: [line], subtotal: '43.21', taxes: none, total: '43.21' }))).toEqual([]);
  });

  it('counts discounts, withheld taxes and local taxes into the total', () => {
    const line = concept({
      discount: '100.00',
      taxes: {
        transferred: [iva('900.00', '144.00')],
        withheld: [{ tax: '001', base: '900.00', factor: 'Tasa', rate: '0.100000', amount: '90.00' }],
      },
    });
    const facts = invoice({
      concepts: [line],
      discount: '100.00',
      taxes: {
        transferred: [iva('900.00', '144.00')],
        withheld: [{ tax: '001', base: undefined, factor: undefined, rate: undefined, amount: '90.00' }],
        totalTransferred: '144.00',
        totalWithheld: '90.00',
      },
      localTaxes: { transferred: '27.00', withheld: '5.00' },
      total: '976.00',
    });
    expect(rules(facts)).toEqual([]);
    expect(rules({ ...facts, localTaxes: undefined })).toEqual(['total']);
  });

  it.each([
    ['a cent in the total', invoice({ total: '1160.01' }), ['total']],
    ['a cent in the subtotal', invoice({ subtotal: '1000.01', total: '1160.01' }), ['subtotal']],
    [
      'a price that is not the amount',
      invoice({ concepts: [concept({ quantity: '2.00' })] }),
      ['concept_amount'],
    ],
    [
      'a tax that is not its rate',
      invoice({ concepts: [concept({ taxes: { transferred: [iva('1000.00', '80.00')], withheld: [] } })] }),
      ['concept_tax', 'transferred_tax'],
    ],
    ['a discount in the summary alone', invoice({ discount: '1.00', total: '1159.00' }), ['discount']],
    [
      'a total of taxes that is not their sum',
      invoice({ taxes: { ...invoice().taxes, totalTransferred: '161.00' }, total: '1161.00' }),
      ['total_transferred'],
    ],
    ['an amount that is none', invoice({ concepts: [concept({ quantity: 'uno' })] }), ['concept_amount']],
  ])('finds %s', (_, facts, expected) => {
    expect(rules(facts)).toEqual(expected);
  });

  it('says which line, what it states and what it should be', () => {
    const facts = invoice({ concepts: [concept({ quantity: '2.00' })] });
    expect(checkArithmetic(facts)[0]?.values).toEqual({
      rule: 'concept_amount',
      line: 1,
      stated: '1000.00',
      computed: '2.00 × 1000.00',
    });
  });

  it('stops telling after twenty', () => {
    const bad = Array.from({ length: 50 }, () => concept({ quantity: '2.00' }));
    expect(checkArithmetic(invoice({ concepts: bad }))).toHaveLength(20);
  });
});
