import { describe, expect, it } from 'vitest';
import { entry } from './entry.ts';
import { createVendorDirectory } from './vendor-directory.ts';

const make = (slug: string, hosts: string[], sandbox = false) =>
  entry({
    id: slug,
    slug,
    name: slug,
    hosts,
    sandbox,
    sources: [{ title: 'a test', url: null, date: null }],
    confidence: 0.5,
  });

const directory = createVendorDirectory([
  make('shop', ['tienda.mx']),
  make('shop-invoices', ['factura.tienda.mx']),
  make('odd-port', ['www4.oxxo.example:9443']),
  make('simulated', ['webforms.localhost:4000'], true),
]);

function slugAt(url: string, mode: 'live' | 'test' = 'live'): string | null {
  return directory.at(new URL(url), mode)?.slug ?? null;
}

describe('a vendor directory', () => {
  it('finds a vendor by its host and what lies below, the longest host first', () => {
    expect(slugAt('https://tienda.mx/x')).toBe('shop');
    expect(slugAt('https://WWW.Tienda.mx./')).toBe('shop');
    expect(slugAt('https://factura.tienda.mx:8443/')).toBe('shop-invoices');
    expect(slugAt('https://a.b.factura.tienda.mx/')).toBe('shop-invoices');
  });

  it('takes a host with a port for that port alone', () => {
    expect(slugAt('https://www4.oxxo.example:9443/inicio.do')).toBe('odd-port');
    expect(slugAt('https://www4.oxxo.example/')).toBeNull();
  });

  it('is not taken in by a name that only looks like one', () => {
    for (const url of [
      'https://mitienda.mx/',
      'https://tienda.mx.evil.example/',
      'https://evil.example/tienda.mx',
      'http://127.0.0.1/',
      'http://mx/',
    ])
      expect(slugAt(url), url).toBeNull();
  });

  it('shows the sandbox to test mode alone', () => {
    expect(slugAt('http://webforms.localhost:4000/', 'test')).toBe('simulated');
    expect(slugAt('http://webforms.localhost:4000/', 'live')).toBeNull();
    expect(directory.byId('simulated', 'live')).toBeNull();
    expect(directory.byId('simulated', 'test')?.slug).toBe('simulated');
    expect(directory.byId('shop', 'test')?.slug).toBe('shop');
    expect(directory.byId('nobody', 'live')).toBeNull();
  });
});
