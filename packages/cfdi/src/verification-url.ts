import type { CfdiFacts, StampFacts } from './facts.ts';
import { formatAmount, parseAmount } from './money.ts';

const SAT_VERIFICATION = 'https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx';

/**
 * The address behind the QR code of an invoice, where SAT tells anybody its state. The total has one digit at least
 * on each side of the point, and no zeros to fill up: 1160.00 is `1160.0`.
 */
export function verificationUrl(facts: CfdiFacts & { readonly stamp: StampFacts }): string {
  const total = parseAmount(facts.total);
  if (total === undefined) throw new RangeError('the total is not a decimal amount');
  const fields = [
    `id=${facts.stamp.uuid}`,
    `re=${encodeURIComponent(facts.emisor.rfc)}`,
    `rr=${encodeURIComponent(facts.receptor.rfc)}`,
    `tt=${formatAmount(total, 1)}`,
    // As SAT prints it: the seal's last characters stay unescaped.
    `fe=${facts.seal.slice(-8)}`,
  ];
  return `${SAT_VERIFICATION}?${fields.join('&')}`;
}
