import { describe, expect, it } from 'vitest';
import { checkReceptor, withoutCompanyType, type Receptor } from './receptor.ts';

const company: Receptor = {
  rfc: 'EKU9003173C9',
  name: 'ESCUELA KEMPER URGATE',
  postalCode: '42501',
  regime: '601',
  use: 'G03',
};
const person: Receptor = {
  rfc: 'CACX7605101P8',
  name: 'XOCHILT CASAS CHAVEZ',
  postalCode: '36257',
  regime: '605',
  use: 'D01',
};

function codes(receptor: Receptor): readonly string[] {
  return checkReceptor(receptor).map(({ code }) => code);
}

describe('checkReceptor', () => {
  it('has nothing to say about good data', () => {
    expect(codes(company)).toEqual([]);
    expect(codes(person)).toEqual([]);
  });

  it.each([
    ['605 cannot use G03', { ...person, use: 'G03' }, ['use_not_for_regime']],
    ['626 cannot use D01', { ...person, regime: '626' }, ['use_not_for_regime']],
    ['621 cannot use D10', { ...person, regime: '621', use: 'D10' }, ['use_not_for_regime']],
    ['616 may use G02', { ...person, regime: '616', use: 'G02' }, []],
    ['610 has S01 alone', { ...person, regime: '610', use: 'S01' }, []],
    ['a company has no salary', { ...company, regime: '605', use: 'S01' }, ['regime_not_for_person']],
    ['a person is no company', { ...person, regime: '601', use: 'G03' }, ['regime_not_for_person']],
    ['an unknown regime', { ...company, regime: '600' }, ['regime_unknown']],
    ['an unknown use', { ...company, use: 'P01' }, ['use_unknown']],
    ['a payment is no purchase', { ...company, use: 'CP01' }, ['use_never_on_ticket']],
    ['four digits', { ...company, postalCode: '6600' }, ['postal_code_malformed']],
    ['digits of another script', { ...company, postalCode: '٠٦٦٠٠' }, ['postal_code_malformed']],
    ['a bad RFC', { ...company, rfc: 'NADA' }, ['rfc_malformed']],
    ['a generic RFC', { ...person, rfc: 'XAXX010101000' }, ['rfc_generic']],
    ['an odd check digit', { ...company, rfc: 'FNI970829JR9' }, ['rfc_check_digit']],
    ['no name', { ...company, name: ' ' }, ['name_malformed']],
    ['a separator in the name', { ...company, name: 'UNO|DOS' }, ['name_malformed']],
    ['lower case', { ...person, name: 'Xochilt Casas Chávez' }, ['name_not_upper_case']],
    ['a company type', { ...company, name: 'ESCUELA KEMPER URGATE SA DE CV' }, ['name_has_company_type']],
  ])('finds it: %s', (_, receptor, expected) => {
    expect(codes(receptor)).toEqual(expected);
  });

  it('refuses nothing for a warning, and says it in both languages', () => {
    const [finding] = checkReceptor({ ...company, rfc: 'FNI970829JR9' });
    expect(finding).toMatchObject({ severity: 'warning', values: { expected: expect.any(String) } });
    expect(finding?.message.es).toContain('dígito');
    expect(finding?.message.en).toContain('digit');
  });
});

describe('withoutCompanyType', () => {
  it.each([
    ['CAFE NORTE SA DE CV', 'CAFE NORTE'],
    ['CAFE NORTE, S.A. DE C.V.', 'CAFE NORTE'],
    ['CAFE NORTE SAPI DE CV', 'CAFE NORTE'],
    ['CAFE NORTE S DE RL DE CV', 'CAFE NORTE'],
    ['CAFE NORTE S. DE R.L.', 'CAFE NORTE'],
    ['DESPACHO ROJAS SC', 'DESPACHO ROJAS'],
    ['AMIGOS DEL LAGO AC', 'AMIGOS DEL LAGO'],
    ['CASA', 'CASA'],
    ['LA BOLSA', 'LA BOLSA'],
  ])('%s is %s', (name, bare) => {
    expect(withoutCompanyType(name)).toBe(bare);
  });
});
