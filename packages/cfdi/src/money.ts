/** Pesos (or another currency's units) in millionths: CFDI amounts have at most six decimals. */
export type Micros = bigint;

/** Millionths in a unit. */
export const MICROS_PER_UNIT = 1_000_000n;

const DECIMAL = /^(\d{0,18})(?:\.(\d*))?$/;

/**
 * Reads a non-negative `xs:decimal` of at most 18 digits and six significant decimals, such as `1160.00`. Anything
 * else (a sign, a thousands separator, an exponent, nothing at all) gives `undefined`. Never goes through a float.
 */
export function parseAmount(text: string): Micros | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, units = '', written = ''] = match;
  if (units === '' && written === '') return undefined;
  const decimals = written.replace(/0+$/, '');
  if (decimals.length > 6) return undefined;
  return BigInt(units === '' ? '0' : units) * MICROS_PER_UNIT + BigInt(decimals.padEnd(6, '0'));
}

/** Decimals as written, at most six: `1160.00` has two. They say to what precision a value was rounded. */
export function writtenDecimals(text: string): number {
  const point = text.indexOf('.');
  return point === -1 ? 0 : Math.min(text.length - point - 1, 6);
}

/** Writes an amount with at least `minimumDecimals` decimals and no more zeros than that: `1160.00`, `0.5`. */
export function formatAmount(micros: Micros, minimumDecimals: number = 2): string {
  const magnitude = micros < 0n ? -micros : micros;
  const units = magnitude / MICROS_PER_UNIT;
  const decimals = (magnitude % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0+$/, '')
    .padEnd(minimumDecimals, '0');
  return `${micros < 0n ? '-' : ''}${units}${decimals === '' ? '' : `.${decimals}`}`;
}
