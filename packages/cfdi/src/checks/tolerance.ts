import { parseAmount, writtenDecimals, type Micros } from '../money.ts';

/** Below the cent nobody rounds an invoice's own amounts more coarsely than to its second decimal. */
const CENT_DECIMALS = 2;

const HALF_CENT: Micros = 5_000n;

/**
 * Whether a stated amount is a product within SAT's tolerance: each factor may be off by half a unit of its last
 * written decimal, and the bounds are rounded outwards to the decimals of the stated amount. `false` if any of the
 * three is no amount.
 */
export function isProduct(stated: string, left: string, right: string): boolean {
  const [amount, a, b] = [parseAmount(stated), factor(left), factor(right)];
  if (amount === undefined || a === undefined || b === undefined) return false;
  // Factors are scaled by 10^7, so that half a millionth is whole; products therefore by 10^14.
  const unit = 10n ** BigInt(14 - Math.max(writtenDecimals(stated), CENT_DECIMALS));
  const lower = (((a.value - a.half) * (b.value - b.half)) / unit) * unit;
  const upper = (((a.value + a.half) * (b.value + b.half) + unit - 1n) / unit) * unit;
  const scaled = amount * 10n ** 8n;
  return scaled >= lower && scaled <= upper;
}

/** Whether a stated amount is the rounded form of an exact sum; rounded to the cent at the coarsest. */
export function isRounded(stated: string, exact: Micros): boolean {
  const amount = parseAmount(stated);
  if (amount === undefined) return false;
  const decimals = Math.max(writtenDecimals(stated), CENT_DECIMALS);
  const twice = 2n * (amount - exact);
  const unit = 10n ** BigInt(6 - decimals);
  return (twice < 0n ? -twice : twice) <= unit;
}

/** Whether two sums may differ only because one was rounded line by line and the other once. */
export function isRoundedByLine(left: Micros, right: Micros, lines: number): boolean {
  const difference = left < right ? right - left : left - right;
  return difference <= HALF_CENT * BigInt(lines + 1);
}

function factor(text: string): { readonly value: bigint; readonly half: bigint } | undefined {
  const micros = parseAmount(text);
  if (micros === undefined) return undefined;
  const half = 5n * 10n ** BigInt(6 - writtenDecimals(text));
  const value = micros * 10n;
  // A factor that rounds to zero may be zero, but not below.
  return { value, half: half > value ? value : half };
}
