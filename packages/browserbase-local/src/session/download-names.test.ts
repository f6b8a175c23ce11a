import { expect, it } from 'vitest';
import { downloadName } from './download-names.ts';

const AT = 1_719_265_797_164;

it.each([
  ['factura.xml', `factura-${AT}.xml`],
  ['año ñ.tar.gz', `año ñ.tar-${AT}.gz`],
  ['sin extensión', `sin extensión-${AT}`],
  ['.htaccess', `.htaccess-${AT}`],
  ['', `download-${AT}`],
  ['../../etc/passwd', `passwd-${AT}`],
  ['..\\..\\boot.ini', `boot-${AT}.ini`],
  ['a\u0000b\n.xml', `ab-${AT}.xml`],
  ['..', `..-${AT}`],
])('names %j as %j', (suggested, name) => {
  expect(downloadName(suggested, AT)).toBe(name);
});

it('keeps a name within what file systems take, and its extension', () => {
  const name = downloadName(`${'ñ'.repeat(400)}.xml`, AT);
  expect(Buffer.byteLength(name)).toBeLessThan(255);
  expect(name.endsWith(`-${AT}.xml`)).toBe(true);
});
