import type { CfdiFacts, StampFacts } from '../facts.ts';
import { formatAmount, parseAmount } from '../money.ts';

/** What SAT's register is asked about: the values of the QR code. */
export type SatQuestion = {
  readonly uuid: string;
  readonly emisorRfc: string;
  readonly receptorRfc: string;
  /** With one digit at least on each side of the point and no zeros to fill up: `1160.0`. */
  readonly total: string;
  /** The last eight characters of Sello. */
  readonly sealEnd: string;
};

/** The question about an invoice. Throws RangeError where its total is no amount. */
export function satQuestion(facts: CfdiFacts & { readonly stamp: StampFacts }): SatQuestion {
  const total = parseAmount(facts.total);
  if (total === undefined) throw new RangeError('the total is not a decimal amount');
  return {
    uuid: facts.stamp.uuid,
    emisorRfc: facts.emisor.rfc,
    receptorRfc: facts.receptor.rfc,
    total: formatAmount(total, 1),
    sealEnd: facts.seal.slice(-8),
  };
}

/**
 * `expresionImpresa` of the service Consulta. An RFC's `&` stands as `&amp;` inside the expression, which is then
 * escaped once more as the text of an element: SAT's own clients do so, and it does not find the invoice otherwise.
 */
export function printedExpression({ uuid, emisorRfc, receptorRfc, total, sealEnd }: SatQuestion): string {
  return `?re=${ampersands(emisorRfc)}&rr=${ampersands(receptorRfc)}&tt=${total}&id=${uuid}&fe=${sealEnd}`;
}

function ampersands(rfc: string): string {
  return rfc.replaceAll('&', '&amp;');
}
