/** Money is whole cents inside the gallery, so totals compare exactly. */
export type Cents = number;

/** `1234.5` pesos as a portal shows them: `1,234.50`. */
export function formatPesos(cents: Cents): string {
  return (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/**
 * Reads a typed amount: `1234.5`, `1,234.50`, `$1,234.50`. Undefined when it is not an amount in one of these forms,
 * so a comma used as a decimal point is refused instead of misread.
 */
export function parsePesos(typed: string): Cents | undefined {
  const text = typed.trim().replace(/^\$\s*/, '');
  const match = /^(\d{1,9}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', decimals = ''] = match;
  return Number(whole.replaceAll(',', '')) * 100 + Number(decimals.padEnd(2, '0'));
}
