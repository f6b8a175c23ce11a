import { expect, it } from 'vitest';
import { PAYMENT_FORMS } from './catalogues.ts';
import { checkPaymentForm } from './payment-form.ts';

it('takes every form of payment of the catalogue, and wonders at "to be defined"', () => {
  for (const code of PAYMENT_FORMS.keys()) {
    const codes = checkPaymentForm(code).map((finding) => finding.code);
    expect(codes, code).toEqual(code === '99' ? ['payment_form_to_be_defined'] : []);
  }
});

it.each(['00', '07', '1', '001', '', 'PUE'])('refuses "%s"', (code) => {
  expect(checkPaymentForm(code)).toMatchObject([{ code: 'payment_form_unknown', severity: 'error' }]);
});
