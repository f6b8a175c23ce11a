import { expect, test } from 'vitest';
import { paymentForms, receptorProblems, regimesFor, usesFor } from './fiscal.ts';

const codes = (entries: readonly { code: string }[]) => entries.map(({ code }) => code);
const company = { rfc: 'EKU9003173C9', name: 'ESCUELA', postalCode: '42501', regime: '601', use: 'G03' };

test('companies and persons have different regimes', () => {
  expect(codes(regimesFor('EKU9003173C9'))).toEqual(['601', '603', '610', '620', '622', '623', '624', '626']);
  expect(codes(regimesFor('CACX7605101P8'))).toContain('605');
  expect(codes(regimesFor('CACX7605101P8'))).not.toContain('601');
});

test('a regime decides the uses, and neither payments nor payroll are among them', () => {
  expect(codes(usesFor('EKU9003173C9', '601'))).toEqual([
    'G01',
    'G02',
    'G03',
    'I01',
    'I02',
    'I03',
    'I04',
    'I05',
    'I06',
    'I07',
    'I08',
    'S01',
  ]);
  expect(codes(usesFor('CACX7605101P8', '605'))).toContain('D10');
  expect(codes(usesFor('CACX7605101P8', '605'))).not.toContain('G03');
  expect(codes(usesFor('CACX7605101P8', '601'))).toEqual([]);
  expect(usesFor('EKU9003173C9', '601').every(({ name }) => !name.endsWith('.'))).toBe(true);
});

test('every payment form has a name', () => {
  expect(paymentForms.filter(({ code, name }) => name === code)).toEqual([]);
});

const missing = (field: string) => ({ field, kind: 'missing' });
const invalid = (field: string) => ({ field, kind: 'invalid' });

test.each([
  [{}, []],
  [{ rfc: 'EKU9013173C9' }, [invalid('rfc')]],
  [{ rfc: '' }, [missing('rfc'), invalid('regime'), invalid('use')]],
  [{ name: 'X' }, [invalid('name')]],
  [{ postalCode: '4250' }, [invalid('postalCode')]],
  [{ regime: '' }, [missing('regime'), invalid('use')]],
  [{ regime: '612' }, [invalid('regime'), invalid('use')]],
  [{ use: 'D01' }, [invalid('use')]],
])('a receptor with %j has the problems %j', (change, problems) => {
  expect(receptorProblems({ ...company, ...change })).toEqual(problems);
});
