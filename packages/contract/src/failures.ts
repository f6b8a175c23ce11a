/**
 * The closed list of a task's failure codes: what happened, whether trying again may help, who must act, and the
 * sentence an end user reads (Spanish first). `retryable` is the rule the platform itself follows.
 */
import { z } from 'zod';

export const WHO_MUST_ACT = ['integrator', 'taxpayer', 'vendor', 'platform', 'nobody'] as const;
export type WhoMustAct = (typeof WHO_MUST_ACT)[number];

interface FailureEntry {
  retryable: boolean;
  whoMustAct: WhoMustAct;
  es: string;
  en: string;
}

export const FAILURES = {
  already_invoiced: {
    retryable: false,
    whoMustAct: 'taxpayer',
    es: 'Este ticket ya fue facturado y la tienda no entrega de nuevo el documento.',
    en: 'This ticket was already invoiced and the vendor does not hand out the document again.',
  },
  included_in_global_invoice: {
    retryable: false,
    whoMustAct: 'vendor',
    es: 'La tienda ya incluyó este ticket en su factura global.',
    en: 'The vendor already included this ticket in its global invoice.',
  },
  ticket_not_found: {
    retryable: false,
    whoMustAct: 'integrator',
    es: 'La tienda no encuentra este ticket. Revisa los datos capturados.',
    en: 'The vendor does not find this ticket. Check the values typed from it.',
  },
  wrong_branch: {
    retryable: false,
    whoMustAct: 'integrator',
    es: 'El ticket es de otra sucursal.',
    en: 'The ticket belongs to another branch.',
  },
  not_yet_available: {
    retryable: true,
    whoMustAct: 'nobody',
    es: 'La tienda aún no permite facturar este ticket.',
    en: 'The vendor does not invoice this ticket yet.',
  },
  ticket_expired: {
    retryable: false,
    whoMustAct: 'vendor',
    es: 'El plazo de la tienda para facturar este ticket terminó.',
    en: "The vendor's deadline for this ticket has passed.",
  },
  fiscal_data_rejected: {
    retryable: false,
    whoMustAct: 'taxpayer',
    es: 'La tienda o el SAT rechazaron los datos fiscales.',
    en: 'The vendor or SAT refused the fiscal data.',
  },
  login_required: {
    retryable: false,
    whoMustAct: 'integrator',
    es: 'La tienda pide iniciar sesión.',
    en: 'The vendor asks for a login.',
  },
  captcha: {
    retryable: false,
    whoMustAct: 'taxpayer',
    es: 'La tienda pide resolver un CAPTCHA.',
    en: 'The vendor asks to solve a CAPTCHA.',
  },
  login_failed: {
    retryable: false,
    whoMustAct: 'integrator',
    es: 'La tienda no aceptó el usuario o la contraseña.',
    en: 'The vendor did not accept the user name or the password.',
  },
  blocked_by_vendor: {
    retryable: true,
    whoMustAct: 'platform',
    es: 'La tienda bloqueó el acceso.',
    en: 'The vendor blocked the access.',
  },
  portal_down: {
    retryable: true,
    whoMustAct: 'vendor',
    es: 'El portal de la tienda no responde.',
    en: "The vendor's portal does not answer.",
  },
  portal_unknown: {
    retryable: false,
    whoMustAct: 'platform',
    es: 'Aún no sabemos usar el portal de esta tienda.',
    en: "We cannot work this vendor's portal yet.",
  },
  portal_changed: {
    retryable: true,
    whoMustAct: 'platform',
    es: 'El portal de la tienda cambió.',
    en: "The vendor's portal has changed.",
  },
  network_error: {
    retryable: true,
    whoMustAct: 'nobody',
    es: 'Falló la conexión con el portal de la tienda.',
    en: "The connection to the vendor's portal failed.",
  },
  timeout: {
    retryable: true,
    whoMustAct: 'nobody',
    es: 'La factura no se obtuvo a tiempo.',
    en: 'The invoice was not obtained in time.',
  },
  budget_exceeded: {
    retryable: false,
    whoMustAct: 'integrator',
    es: 'Se alcanzó el límite fijado para esta solicitud.',
    en: 'The limit set for this task was reached.',
  },
  navigation_blocked: {
    retryable: false,
    whoMustAct: 'platform',
    es: 'El portal intentó salir de su sitio y lo impedimos.',
    en: 'The portal tried to leave its site and was stopped.',
  },
  cfdi_mismatch: {
    retryable: false,
    whoMustAct: 'vendor',
    es: 'La tienda entregó una factura que no corresponde al ticket o a los datos fiscales.',
    en: 'The vendor delivered an invoice that does not match the ticket or the fiscal data.',
  },
  cfdi_unverified: {
    retryable: false,
    whoMustAct: 'platform',
    es: 'La factura llegó, pero no pudimos comprobar su autenticidad.',
    en: 'The invoice arrived, but its authenticity could not be proven.',
  },
  delivery_timeout: {
    retryable: false,
    whoMustAct: 'vendor',
    es: 'La factura no llegó en el plazo esperado.',
    en: 'The invoice did not arrive in time.',
  },
  intervention_timeout: {
    retryable: false,
    whoMustAct: 'taxpayer',
    es: 'Nadie atendió la solicitud de ayuda a tiempo.',
    en: 'Nobody answered the request for help in time.',
  },
  outcome_unknown: {
    retryable: false,
    whoMustAct: 'taxpayer',
    es: 'La factura puede existir. No la solicites en otro lugar.',
    en: 'The invoice may exist. Do not request it elsewhere.',
  },
  cancelled_by_user: {
    retryable: false,
    whoMustAct: 'nobody',
    es: 'La solicitud fue cancelada.',
    en: 'The task was cancelled.',
  },
  internal: {
    retryable: true,
    whoMustAct: 'platform',
    es: 'Ocurrió un error nuestro.',
    en: 'An error of ours occurred.',
  },
} as const satisfies Record<string, FailureEntry>;

export type FailureCode = keyof typeof FAILURES;
export const FAILURE_CODES = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

export const failureSchema = z
  .object({
    code: z.enum(FAILURE_CODES).meta({ description: 'Of a closed list; decide by it.' }),
    retryable: z
      .boolean()
      .meta({ description: 'Whether the same ticket may succeed later without a change.' }),
    whoMustAct: z
      .enum(WHO_MUST_ACT)
      .meta({ description: 'Whose turn it is before another attempt makes sense.' }),
    message: z
      .object({ es: z.string(), en: z.string() })
      .meta({ description: 'For the end user, in both languages.' }),
    vendorMessage: z.string().nullable().meta({ description: "The portal's own words, redacted." }),
    evidenceArtifactId: z.string().nullable().meta({ description: 'A picture of what the portal showed.' }),
    details: z.record(z.string(), z.unknown()).meta({
      description: 'Values of this code: `notBefore`, `deadline`, `field`, `satCode`, `what`, `uuid`.',
    }),
  })
  .meta({ id: 'Failure', description: 'Why there is no invoice, and who can do something about it.' });
export type Failure = z.infer<typeof failureSchema>;

/** The failure object of a code, with its fixed parts filled in from the list. */
export function failure(
  code: FailureCode,
  parts: {
    vendorMessage?: string | null;
    evidenceArtifactId?: string | null;
    details?: Record<string, unknown>;
  } = {},
): Failure {
  const entry = FAILURES[code];
  return {
    code,
    retryable: entry.retryable,
    whoMustAct: entry.whoMustAct,
    message: { es: entry.es, en: entry.en },
    vendorMessage: parts.vendorMessage ?? null,
    evidenceArtifactId: parts.evidenceArtifactId ?? null,
    details: parts.details ?? {},
  };
}
