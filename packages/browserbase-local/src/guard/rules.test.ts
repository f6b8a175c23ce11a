import { describe, expect, it } from 'vitest';
import { type GuardRules, type GuardedRequest, judge } from './rules.ts';

const RULES: GuardRules = {
  portalHosts: ['tienda.mx', '*.tienda.mx', '127.0.0.1:4000'],
  calledHosts: ['api.tercero.mx:443'],
  framePrefixes: ['https://www.google.com/recaptcha/', 'https://*.hcaptcha.com/'],
  assetHosts: 'public',
  secrets: ['CACX7605101P8', '36257', 'xy'],
  contentSecurityPolicy: null,
};
const ask = (url: string, parts: Partial<GuardedRequest> = {}, rules: Partial<GuardRules> = {}) =>
  judge(
    { url, method: 'GET', resourceType: 'Document', referrer: '', serviceWorker: false, ...parts },
    { ...RULES, ...rules },
  );
const image = { resourceType: 'Image' };

describe('the portal', () => {
  it.each([
    'https://tienda.mx/',
    'http://factura.tienda.mx:8080/x',
    'http://127.0.0.1:4000/',
    'https://TIENDA.MX./',
  ])('is %s', (url) => expect(ask(url, { method: 'POST' })).toBe('portal'));
  it.each([
    'https://tienda.mx.evil.mx/',
    'https://eviltienda.mx/',
    'http://127.0.0.1:4001/',
    'https://evil.mx/?tienda.mx',
  ])('is not %s', (url) => expect(ask(url, { method: 'POST' })).toBe('refused'));
});

describe('elsewhere', () => {
  it('only pictures, scripts, styles and fonts come, by GET, from public hosts', () => {
    expect(ask('https://cdn.mx/a.png', image)).toBe('elsewhere');
    expect(ask('https://cdn.mx/a.png', { ...image, method: 'POST' })).toBe('refused');
    expect(ask('https://cdn.mx/')).toBe('refused');
    expect(ask('https://cdn.mx/', { resourceType: 'XHR' })).toBe('refused');
    for (const host of ['10.0.0.1', '[::1]', 'localhost', 'router.local', 'intranet'])
      expect(ask(`http://${host}/a.png`, image), host).toBe('refused');
    expect(ask('https://cdn.mx/a.png', image, { assetHosts: ['otro.mx'] })).toBe('refused');
  });

  it('scripts call who was named, by port', () => {
    expect(ask('https://api.tercero.mx/v1', { resourceType: 'Fetch', method: 'POST' })).toBe('elsewhere');
    expect(ask('https://api.tercero.mx:8443/v1', { resourceType: 'Fetch' })).toBe('refused');
  });

  it('a provider of CAPTCHAs loads, below its prefix only', () => {
    expect(ask('https://www.google.com/recaptcha/api2/anchor')).toBe('elsewhere');
    expect(ask('https://newassets.hcaptcha.com/x', { resourceType: 'XHR' })).toBe('elsewhere');
    expect(ask('https://www.google.com/search')).toBe('refused');
    expect(ask('http://www.google.com/recaptcha/')).toBe('refused');
  });

  it.each([
    'https://cdn.mx/p?r=CACX7605101P8',
    'https://cdn.mx/p?r=cacx7605101p8',
    'https://cdn.mx/p/%43ACX7605101P8',
    'https://cdn.mx/p?r=%2543ACX7605101P8',
    `https://cdn.mx/p?r=${Buffer.from('rfc=CACX7605101P8;').toString('base64')}`,
    `https://cdn.mx/p?r=${Buffer.from('CACX7605101P8').toString('hex')}`,
    'https://cdn.mx/p?cp=36257',
  ])('no address carries a value: %s', (url) => {
    expect(ask(url, image)).toBe('refused');
  });

  it('no referrer does; what is like a value by chance passes', () => {
    expect(ask('https://cdn.mx/p', { ...image, referrer: 'https://x.mx/?CACX7605101P8' })).toBe('refused');
    expect(ask('https://cdn.mx/p?t=1362571', image)).toBe('elsewhere');
    expect(ask('https://cdn.mx/xy', image)).toBe('elsewhere');
  });
});

it.each(['file:///etc/passwd', 'data:text/html,x', 'ftp://tienda.mx/', 'no address'])(
  '%s is never opened',
  (url) => {
    expect(ask(url)).toBe('refused');
  },
);

it('no service worker starts, not even of the portal', () => {
  expect(ask('https://tienda.mx/sw.js', { resourceType: 'Other', serviceWorker: true })).toBe('refused');
});
