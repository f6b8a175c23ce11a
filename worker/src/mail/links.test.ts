import { describe, expect, it } from 'vitest';
import { deliveryScopes, linksOf, linksToFollow, MOST_FOLLOWED } from './links.ts';

const PORTAL = 'https://facturacion.tienda.com.mx/portal';
const followed = (html: string, text = '', vendorHosts: string[] = []) =>
  linksToFollow(linksOf({ html, text }), deliveryScopes(PORTAL, vendorHosts)).map(({ href }) => href);

describe('a link of a mail', () => {
  it.each([
    `<a href="https://www.tienda.com.mx/d?f=1&amp;t=xml">Descargar</a>`,
    `<a class=x href='https://www.tienda.com.mx/d?f=1&#38;t=xml'><b>Descargar</b> XML</a>`,
    `<A HREF=https://www.tienda.com.mx/d?f=1&t=xml>Factura</A>`,
  ])('is followed, however it is written: %s', (html) => {
    expect(followed(html)).toEqual(['https://www.tienda.com.mx/d?f=1&t=xml']);
  });

  it('in the plain text is followed where its address says that it is a document', () => {
    expect(followed('', 'https://tienda.com.mx/f.xml y https://tienda.com.mx/tiendas')).toEqual([
      'https://tienda.com.mx/f.xml',
    ]);
  });

  it.each([
    'https://tienda.com.mx.evil.example/f.xml',
    'https://eviltienda.com.mx/f.xml',
    'https://tienda.com.mx@evil.example/f.xml',
    'ftp://tienda.com.mx/f.xml',
    'http://127.0.0.1/f.xml',
    'file:///etc/passwd.xml',
  ])('to another ground is not followed: %s', (url) => {
    expect(followed(`<a href="${url}">XML</a>`, url)).toEqual([]);
  });

  it('to a host of the vendor is, and of a shared platform only to its own customer', () => {
    expect(followed('<a href="https://cfdi.pac.mx/f.xml">XML</a>', '', ['cfdi.pac.mx'])).toHaveLength(1);
    const scopes = deliveryScopes('https://tienda.azurewebsites.net/', []);
    const links = linksOf({ html: '<a href="https://otra.azurewebsites.net/f.xml">XML</a>', text: '' });
    expect(linksToFollow(links, scopes)).toEqual([]);
  });

  it.each([
    '<a href="https://tienda.com.mx/cancelar?f=xml">Descargar factura</a>',
    '<a href="https://tienda.com.mx/x?f=1">Cancelar esta factura</a>',
    '<a href="https://tienda.com.mx/x.xml">Darse de baja</a>',
    '<a href="https://tienda.com.mx/cfdi">Facturar otra compra</a>',
    '<a href="https://tienda.com.mx/cfdi">Generar factura</a>',
  ])('that may do more than show is not followed: %s', (html) => {
    expect(followed(html)).toEqual([]);
  });

  it('is one of few: the XML first', () => {
    const html = Array.from(
      { length: 30 },
      (_, n) => `<a href="https://tienda.com.mx/${n}.${n === 29 ? 'xml' : 'pdf'}">Factura</a>`,
    ).join('');
    const first = followed(html);
    expect(first).toHaveLength(MOST_FOLLOWED);
    expect(first[0]).toBe('https://tienda.com.mx/29.xml');
  });

  it('is looked for in hostile texts in no time', () => {
    const started = performance.now();
    for (const html of ['<a '.repeat(300_000), '<a href='.repeat(120_000), `<a href="${'x'.repeat(999_000)}`])
      followed(html, 'http://'.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
