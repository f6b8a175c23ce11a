import type { Mode } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { checkSandbox } from './sandbox.ts';

const SANDBOX = ['webforms.localhost:4000', 'sandbox.example.mx', '127.0.0.1:4100'];

function codeOf(url: string, mode: Mode): string {
  return checkSandbox(new URL(url), 'vendorUrl', mode, SANDBOX)?.code ?? 'ok';
}

describe('checkSandbox', () => {
  it.each([
    'http://webforms.localhost:4000/Default.aspx',
    'http://WEBFORMS.localhost.:4000/',
    'https://sandbox.example.mx/x',
    'http://sandbox.example.mx:8080/',
    'http://127.0.0.1:4100/',
    'http://0x7f.1:4100/',
  ])('keeps %s for test keys', (url) => {
    expect(codeOf(url, 'test')).toBe('ok');
    expect(codeOf(url, 'live')).toBe('sandbox_host');
  });

  it.each([
    'https://facturacion.example.com.mx/',
    'http://webforms.localhost:4001/',
    'http://webforms.localhost/',
    'https://x.sandbox.example.mx/',
    'https://sandbox.example.mx.evil.example/',
    'https://evil.example/?sandbox.example.mx',
    'http://127.0.0.1:4101/',
  ])('keeps %s for live keys', (url) => {
    expect(codeOf(url, 'live')).toBe('ok');
    expect(codeOf(url, 'test')).toBe('outside_sandbox');
  });

  it('is closed to test keys where no sandbox was set up', () => {
    const portal = new URL('https://facturacion.example.com.mx/');
    expect(checkSandbox(portal, 'vendorUrl', 'test', [])).toMatchObject({
      path: 'vendorUrl',
      code: 'outside_sandbox',
    });
    expect(checkSandbox(portal, 'vendorUrl', 'live', [])).toBeNull();
  });
});
