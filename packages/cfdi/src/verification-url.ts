import type { CfdiFacts, StampFacts } from './facts.ts';
import { satQuestion } from './sat/question.ts';

const SAT_VERIFICATION = 'https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx';

/**
 * The address behind the QR code of an invoice, where SAT tells anybody its state. The total has one digit at least
 * on each side of the point, and no zeros to fill up: 1160.00 is `1160.0`.
 */
export function verificationUrl(facts: CfdiFacts & { readonly stamp: StampFacts }): string {
  const { uuid, emisorRfc, receptorRfc, total, sealEnd } = satQuestion(facts);
  const fields = [
    `id=${uuid}`,
    `re=${encodeURIComponent(emisorRfc)}`,
    `rr=${encodeURIComponent(receptorRfc)}`,
    `tt=${total}`,
    // As SAT prints it: the seal's last characters stay unescaped.
    `fe=${sealEnd}`,
  ];
  return `${SAT_VERIFICATION}?${fields.join('&')}`;
}
