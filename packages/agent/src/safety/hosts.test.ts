import { describe, expect, it } from 'vitest';
import { hostOf, inScope, isAllowedPrivate, isCaptchaPlace, isPrivateHost, portalScope } from './hosts.ts';

const within = (portal: string, url: string) => inScope(portalScope(portal), new URL(url));

describe('the ground of a portal', () => {
  it.each([
    ['https://facturacion.tienda.com.mx/x', 'https://cdn.tienda.com.mx/y', true],
    ['https://facturacion.tienda.com.mx/', 'http://tienda.com.mx:8080/', true],
    ['https://facturacion.tienda.com.mx/', 'https://otra.com.mx/', false],
    ['https://facturacion.tienda.com.mx/', 'https://tienda.com.mx.malo.com/', false],
    ['https://facturacion.tienda.com.mx/', 'https://malatienda.com.mx/', false],
    ['https://facturacion.tienda.com.mx/', 'https://tienda.com.mx@malo.com/', false],
    ['https://uno.azurewebsites.net/', 'https://uno.azurewebsites.net/', true],
    ['https://uno.azurewebsites.net/', 'https://dos.azurewebsites.net/', false],
    ['https://uno.github.io/', 'https://dos.github.io/', false],
    ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/a', true],
    ['http://127.0.0.1:3000/', 'http://127.0.0.1:3001/', false],
    ['http://200.1.2.3/', 'http://200.1.2.3:80/', true],
    ['http://200.1.2.3/', 'https://200.1.2.3/', false],
    ['http://[2001:db8::1]:8080/', 'http://[2001:db8::1]:8080/', true],
    ['http://localhost:3000/', 'http://a.localhost:3000/', false],
    ['http://a.localhost:3000/', 'http://a.localhost:3000/', true],
    ['http://a.localhost:3000/', 'http://b.localhost:3000/', false],
    ['http://a.localhost:3000/', 'http://a.localhost:3001/', false],
    ['https://Facturas.Tienda.MX./', 'https://tienda.mx/', true],
  ])('of %s holds %s: %s', (portal, url, expected) => {
    expect(within(portal, url)).toBe(expected);
  });
});

describe('private hosts', () => {
  it.each([
    'localhost',
    'x.localhost',
    '127.0.0.1',
    '127.8.8.8',
    '10.0.0.1',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fc00::1',
    '::ffff:10.0.0.1',
    'intranet',
    'nas.local',
    'x.internal',
    '224.0.0.1',
    '255.255.255.255',
  ])('%s is one', (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  it.each(['tienda.com.mx', '200.1.2.3', '2606:4700::1111', 'local.mx', '127.0.0.1.nip.io'])(
    '%s is none',
    (host) => {
      expect(isPrivateHost(host)).toBe(false);
    },
  );

  it.each(['http://2130706433/', 'http://0x7f.1/', 'http://0177.0.0.1/', 'http://127.1/'])(
    '%s is loopback in disguise',
    (url) => {
      expect(isPrivateHost(hostOf(new URL(url)))).toBe(true);
    },
  );

  it('are allowed one by one, with or without their port', () => {
    const allowed = ['127.0.0.1:3000', 'portal.local', '*.localhost', '[::1]:8080', ''];
    const may = (url: string) => isAllowedPrivate(new URL(url), allowed);
    expect(may('http://127.0.0.1:3000/')).toBe(true);
    expect(may('http://127.0.0.1:3001/')).toBe(false);
    expect(may('http://portal.local:99/')).toBe(true);
    expect(may('http://tienda.localhost:1/')).toBe(true);
    expect(may('http://localhost:1/')).toBe(false);
    expect(may('http://[::1]:8080/')).toBe(true);
    expect(may('http://10.0.0.1/')).toBe(false);
  });
});

describe('CAPTCHA places', () => {
  it('are known by parsed host and path', () => {
    const is = (url: string) => isCaptchaPlace(new URL(url));
    expect(is('https://www.google.com/recaptcha/api2/anchor')).toBe(true);
    expect(is('https://newassets.hcaptcha.com/x')).toBe(true);
    expect(is('https://www.google.com/search?q=x')).toBe(false);
    expect(is('https://hcaptcha.com.malo.mx/')).toBe(false);
    expect(is('http://hcaptcha.com/')).toBe(false);
  });
});
