import { expect, it } from 'vitest';
import { attachmentNamed } from './content-disposition.ts';

it('names a file in ASCII and in its own letters', () => {
  expect(attachmentNamed('factura.xml')).toBe(
    `attachment; filename="factura.xml"; filename*=UTF-8''factura.xml`,
  );
  expect(attachmentNamed('Año (1).pdf')).toBe(
    `attachment; filename="A_o (1).pdf"; filename*=UTF-8''A%C3%B1o%20%281%29.pdf`,
  );
});

it('lets no name end the header or leave the folder', () => {
  expect(attachmentNamed('a"; x="b\r\nSet-Cookie: c.xml')).toBe(
    `attachment; filename="a_; x=_b__Set-Cookie: c.xml"; filename*=UTF-8''a%22%3B%20x%3D%22b__Set-Cookie%3A%20c.xml`,
  );
  expect(attachmentNamed('../../etc/passwd')).not.toContain('/');
  expect(attachmentNamed('\ud800.xml')).toContain('filename="_.xml"');
});
