import { describe, expect, it } from 'vitest';
import { describeViolation } from './describe-violation.ts';

describe('describeViolation', () => {
  it.each([
    [
      "Element '{urn:x}Emisor', attribute 'Rfc': [facet 'pattern'] The value 'SECRETO' is not accepted by the pattern 'x'.\n",
      { where: 'Emisor/@Rfc', rule: 'pattern' },
    ],
    [
      "Element '{urn:x}Emisor': The attribute 'Rfc' is required but missing.\n",
      { where: 'Emisor/@Rfc', rule: 'missing' },
    ],
    [
      "Element '{urn:x}Emisor', attribute 'Otro': The attribute 'Otro' is not allowed.\n",
      { where: 'Emisor/@Otro', rule: 'not_allowed' },
    ],
    [
      "Element '{urn:x}Emisor': This element is not expected. Expected is ( {urn:x}Receptor ).\n",
      { where: 'Emisor', rule: 'unexpected' },
    ],
    [
      "Element '{urn:x}Conceptos': Missing child element(s). Expected is ( {urn:x}Concepto ).\n",
      { where: 'Conceptos', rule: 'incomplete' },
    ],
    [
      "Element '{urn:x}A', attribute 'B': 'SECRETO' is not a valid value of the atomic type 't'.\n",
      { where: 'A/@B', rule: 'type' },
    ],
    ['something else altogether', { where: 'Comprobante', rule: 'other' }],
  ])('reads %j without its value', (message, violation) => {
    expect(describeViolation(message)).toEqual(violation);
  });
});
