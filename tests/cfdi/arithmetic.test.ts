/** Invoices made by chance that add up, however their maker rounds; and the same with one amount changed. */
import { checkArithmetic } from '../../packages/cfdi/src/checks/arithmetic.ts';
import { formatAmount, parseAmount, parseCfdi, type CfdiFacts, type Micros } from '@cfdi-live/cfdi';
import { describe, expect, test } from 'vitest';
import { chanceOf, type Chance } from './differential/random.ts';
import { VALID_CFDI } from './differential/valid-cfdi.ts';

const COUNT = 2_000;
const CENT = 10_000n;

const parsed = parseCfdi(Buffer.from(VALID_CFDI));
if (!parsed.ok) throw new Error('the sample cannot be read');
const [SAMPLE] = parsed.facts.concepts;
if (SAMPLE === undefined) throw new Error('the sample has no line');
const { facts } = parsed;

/** Half up, to whole units of so many millionths. */
function rounded(value: bigint, unit: bigint): bigint {
  return ((value + unit / 2n) / unit) * unit;
}

function product(left: Micros, right: Micros): Micros {
  return rounded(left * right, 1_000_000n) / 1_000_000n;
}

function sum(values: readonly Micros[]): Micros {
  return values.reduce((total, value) => total + value, 0n);
}

/** Lines of two to six decimals, IVA by line or once, sums to the cent. */
function invoice(chance: Chance): CfdiFacts {
  const decimals = chance.pick([2, 4, 6]);
  const unit = 10n ** BigInt(6 - decimals);
  const write = (micros: Micros): string => formatAmount(micros, decimals);
  const rate = chance.pick(['0.160000', '0.080000', '0.000000']);
  const lines = Array.from({ length: 1 + chance.below(40) }, () => {
    const quantity = BigInt(1 + chance.below(5_000)) * 1_000n;
    const price = rounded(BigInt(1 + chance.below(2_000_000_000)), unit);
    const amount = rounded(product(quantity, price), unit);
    return { quantity, price, amount, tax: rounded(product(amount, parseAmount(rate) ?? 0n), unit) };
  });
  const subtotal = rounded(sum(lines.map(({ amount }) => amount)), CENT);
  const byLine = sum(lines.map(({ tax }) => rounded(tax, CENT)));
  const tax = chance.maybe(0.5) ? byLine : rounded(sum(lines.map((line) => line.tax)), CENT);
  const summary = {
    tax: '002',
    base: formatAmount(subtotal),
    factor: 'Tasa',
    rate,
    amount: formatAmount(tax),
  };
  return {
    ...facts,
    concepts: lines.map((line) => ({
      ...SAMPLE!,
      quantity: formatAmount(line.quantity, 3),
      unitPrice: write(line.price),
      amount: write(line.amount),
      discount: undefined,
      taxes: {
        transferred: [{ ...summary, base: write(line.amount), amount: write(line.tax) }],
        withheld: [],
      },
    })),
    subtotal: formatAmount(subtotal),
    discount: undefined,
    taxes: {
      transferred: [summary],
      withheld: [],
      totalTransferred: formatAmount(tax),
      totalWithheld: undefined,
    },
    localTaxes: undefined,
    total: formatAmount(subtotal + tax),
  };
}

/** A cent more, in decimals as they were. */
function more(amount: string): string {
  return formatAmount((parseAmount(amount) ?? 0n) + CENT);
}

describe('the arithmetic of an invoice', () => {
  test(`finds nothing in ${COUNT} that add up`, () => {
    const chance = chanceOf(1_160);
    for (let index = 0; index < COUNT; index += 1) {
      const made = invoice(chance);
      expect(checkArithmetic(made), `number ${index}`).toEqual([]);
    }
  });

  test(`finds the cent that is too much in each of ${COUNT}`, () => {
    const chance = chanceOf(1_161);
    for (let index = 0; index < COUNT; index += 1) {
      const made = invoice(chance);
      const where = chance.pick(['total', 'subtotal', 'totalTransferred'] as const);
      const wrong: CfdiFacts =
        where === 'totalTransferred'
          ? { ...made, taxes: { ...made.taxes, totalTransferred: more(made.taxes.totalTransferred ?? '') } }
          : { ...made, [where]: more(made[where]) };
      expect(checkArithmetic(wrong), `number ${index}, ${where}`).not.toEqual([]);
    }
  });

  test('reads back every amount that it writes', () => {
    const chance = chanceOf(7);
    for (let index = 0; index < COUNT; index += 1) {
      const micros = (BigInt(chance.below(2 ** 31)) << 28n) + BigInt(chance.below(2 ** 28));
      expect(parseAmount(formatAmount(micros, chance.below(7)))).toBe(micros);
    }
  });
});
