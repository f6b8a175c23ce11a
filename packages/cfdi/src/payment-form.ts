import { PAYMENT_FORMS } from './catalogues.ts';
import { findingsOf, type Finding, type FindingDefinition } from './finding.ts';

/** Everything that can be said about a ticket's form of payment before a portal sees it. Closed list. */
export const PAYMENT_FORM_FINDINGS = {
  /** Not in c_FormaPago. Values: `paymentForm`. */
  payment_form_unknown: {
    severity: 'error',
    es: 'La forma de pago no está en el catálogo del SAT.',
    en: "The form of payment is not in SAT's catalogue.",
  },
  /** 99, "Por definir", says that nothing was paid yet: a ticket is the proof that it was. Values: `paymentForm`. */
  payment_form_to_be_defined: {
    severity: 'warning',
    es: 'Un ticket ya pagado no lleva la forma de pago «Por definir».',
    en: 'A ticket that was paid has a form of payment: "to be defined" is not one.',
  },
} as const satisfies Record<string, FindingDefinition>;

export type PaymentFormFindingCode = keyof typeof PAYMENT_FORM_FINDINGS;
export type PaymentFormFinding = Finding<PaymentFormFindingCode>;

const paymentFormFinding = findingsOf<PaymentFormFindingCode>(PAYMENT_FORM_FINDINGS);

/** What SAT would find wrong with a form of payment (c_FormaPago, two digits) on the invoice of a purchase. */
export function checkPaymentForm(paymentForm: string): readonly PaymentFormFinding[] {
  if (!PAYMENT_FORMS.has(paymentForm)) return [paymentFormFinding('payment_form_unknown', { paymentForm })];
  return paymentForm === '99' ? [paymentFormFinding('payment_form_to_be_defined', { paymentForm })] : [];
}
