import { describe, expect, test } from 'vitest';
import { usernameHint } from './credential.ts';

describe("the hint of a login's name", () => {
  test.each([
    ['xochilt@despacho.example', 'x…t@d…'],
    ['ana@x.mx', 'a…@x…'],
    ['CACX7605101P8', 'C…8'],
    ['ab', 'a…'],
    ['@corner', '@…r'],
    ['ñandú@d.mx', 'ñ…@d…'],
  ])('%s is shown as %s', (username, hint) => {
    expect(usernameHint(username)).toBe(hint);
  });
});
