/** Whether an invoice can be made out to a profile, as far as that is known without SAT's register. */
import { checkReceptor, parseRfc, type ReceptorFinding, type ReceptorFindingCode } from '@cfdi-live/cfdi';
import {
  profileInputSchema,
  type FieldError,
  type ProfileFacts,
  type ValidateProfile,
} from '@cfdi-live/contract';

export type ProfileCheck =
  /** `profile` has the values as SAT's register writes them; `warnings` refuse nothing. */
  { ok: true; profile: ProfileFacts; warnings: FieldError[] } | { ok: false; errors: FieldError[] };

/** Which of a profile's fields a finding is about. */
const FIELD_OF: Record<ReceptorFindingCode, keyof ProfileFacts> = {
  rfc_malformed: 'rfc',
  rfc_check_digit: 'rfc',
  rfc_generic: 'rfc',
  name_malformed: 'fullName',
  name_not_upper_case: 'fullName',
  name_has_company_type: 'fullName',
  postal_code_malformed: 'postalCode',
  regime_unknown: 'fiscalRegime',
  regime_not_for_person: 'fiscalRegime',
  use_unknown: 'cfdiUse',
  use_never_on_ticket: 'cfdiUse',
  use_not_for_regime: 'cfdiUse',
};

/**
 * Brings RFC and name to the register's spelling (an RFC without separators, both in upper case), then applies SAT's
 * rules. A check digit that does not match is a warning: SAT itself issued such RFCs. Paths are the profile's fields.
 */
export function checkProfile(input: ProfileFacts): ProfileCheck {
  const parsed = parseRfc(input.rfc);
  const profile: ProfileFacts = {
    rfc: parsed.ok ? parsed.rfc : input.rfc,
    fullName: input.fullName.replaceAll(/\s+/g, ' ').trim().toUpperCase(),
    fiscalRegime: input.fiscalRegime,
    postalCode: input.postalCode,
    cfdiUse: input.cfdiUse,
    email: input.email,
    ...(input.companyDetails === undefined ? {} : { companyDetails: input.companyDetails }),
  };
  const findings = checkReceptor({
    rfc: profile.rfc,
    name: profile.fullName,
    postalCode: profile.postalCode,
    regime: profile.fiscalRegime,
    use: profile.cfdiUse,
  });
  const errors = findings.filter(({ severity }) => severity === 'error').map(toFieldError);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, profile, warnings: findings.map(toFieldError) };
}

function toFieldError(finding: ReceptorFinding): FieldError {
  return { path: FIELD_OF[finding.code], code: finding.code, message: finding.message.en };
}

export interface ProfileValidation {
  errors: FieldError[];
  warnings: FieldError[];
  /** The values as they would be stored; null when they would be refused. */
  normalized: (Omit<ProfileFacts, 'email' | 'companyDetails'> & { email: string | null }) | null;
}

const formSchema = profileInputSchema.partial({ email: true });

/** Everything that creating a profile would say of these values, form and rules at once. A missing mail is no error. */
export function validateProfile(input: ValidateProfile): ProfileValidation {
  const form = formSchema.safeParse(input);
  const checked = checkProfile({ ...(form.data ?? input), email: input.email ?? '' });
  const errors = checked.ok ? [] : [...checked.errors];
  for (const issue of form.error?.issues ?? []) {
    const path = issue.path.join('.');
    if (errors.some((error) => error.path === path)) continue;
    errors.push({ path, code: 'malformed', message: issue.message });
  }
  if (!checked.ok || errors.length > 0) return { errors, warnings: [], normalized: null };
  const { rfc, fullName, fiscalRegime, postalCode, cfdiUse } = checked.profile;
  return {
    errors,
    warnings: checked.warnings,
    normalized: { rfc, fullName, fiscalRegime, postalCode, cfdiUse, email: input.email ?? null },
  };
}
