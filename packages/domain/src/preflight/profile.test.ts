import type { ProfileFacts } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { checkProfile } from './profile.ts';

const PERSON: ProfileFacts = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@example.com',
};
const COMPANY: ProfileFacts = {
  ...PERSON,
  rfc: 'EKU9003173C9',
  fullName: 'ESCUELA KEMPER URGATE',
  fiscalRegime: '601',
};

function problemsOf(input: ProfileFacts): string[] {
  const checked = checkProfile(input);
  return checked.ok ? [] : checked.errors.map(({ path, code }) => `${path}: ${code}`);
}

describe('checkProfile', () => {
  it('accepts a person and a company', () => {
    expect(checkProfile(PERSON)).toEqual({ ok: true, profile: PERSON, warnings: [] });
    expect(checkProfile(COMPANY)).toEqual({ ok: true, profile: COMPANY, warnings: [] });
  });

  it('brings RFC and name to the spelling of the register', () => {
    const checked = checkProfile({ ...PERSON, rfc: ' cacx-760510-1p8', fullName: 'Xochilt  Casas Chávez' });
    expect(checked).toMatchObject({
      ok: true,
      profile: { rfc: 'CACX7605101P8', fullName: 'XOCHILT CASAS CHÁVEZ' },
    });
  });

  it('warns of a check digit that does not match and of a company type, and refuses neither', () => {
    const digit = checkProfile({ ...COMPANY, rfc: 'FNI970829JR9' });
    expect(digit).toMatchObject({ ok: true, warnings: [{ path: 'rfc', code: 'rfc_check_digit' }] });
    const type = checkProfile({ ...COMPANY, fullName: 'ESCUELA KEMPER URGATE SA DE CV' });
    expect(type).toMatchObject({ ok: true, warnings: [{ path: 'fullName', code: 'name_has_company_type' }] });
  });

  it('refuses what SAT would refuse, each at its field', () => {
    expect(problemsOf({ ...PERSON, rfc: 'CACX7613101P8' })).toEqual(['rfc: rfc_malformed']);
    expect(problemsOf({ ...PERSON, rfc: 'CACX7602301P8' })).toEqual(['rfc: rfc_malformed']);
    expect(problemsOf({ ...PERSON, rfc: 'XAXX010101000', fiscalRegime: '616', cfdiUse: 'S01' })).toEqual([
      'rfc: rfc_generic',
    ]);
    expect(problemsOf({ ...PERSON, fullName: 'XOCHILT|CASAS' })).toEqual(['fullName: name_malformed']);
    expect(problemsOf({ ...PERSON, postalCode: '3625' })).toEqual(['postalCode: postal_code_malformed']);
    expect(problemsOf({ ...PERSON, fiscalRegime: '601' })).toEqual(['fiscalRegime: regime_not_for_person']);
    expect(problemsOf({ ...PERSON, fiscalRegime: '699' })).toEqual(['fiscalRegime: regime_unknown']);
    expect(problemsOf({ ...PERSON, fiscalRegime: '605' })).toEqual(['cfdiUse: use_not_for_regime']);
    expect(problemsOf({ ...PERSON, cfdiUse: 'CP01' })).toEqual(['cfdiUse: use_never_on_ticket']);
    expect(problemsOf({ ...PERSON, cfdiUse: 'Z09' })).toEqual(['cfdiUse: use_unknown']);
  });
});
