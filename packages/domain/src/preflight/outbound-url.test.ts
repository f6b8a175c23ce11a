import { describe, expect, it } from 'vitest';
import { checkOutboundUrl, type OutboundRules } from './outbound-url.ts';

const DNS: Record<string, string[]> = {
  'factura.example.com.mx': ['201.131.4.5', '2606:4700::1111'],
  'rebound.example.com': ['201.131.4.5', '10.0.0.7'],
  'inside.example.com': ['169.254.169.254'],
  'portal.internal': ['10.1.2.3'],
};

function rules(allowedPrivateHosts: string[] = []): OutboundRules {
  return { allowedPrivateHosts, resolveHost: async (host) => DNS[host] ?? [] };
}

async function codeOf(url: string, allowed: string[] = []): Promise<string> {
  const checked = await checkOutboundUrl(url, 'vendorUrl', rules(allowed));
  return checked.ok ? 'ok' : checked.error.code;
}

describe('checkOutboundUrl', () => {
  it('lets a public portal pass', async () => {
    expect(await codeOf('https://factura.example.com.mx/autofactura?x=1')).toBe('ok');
    expect(await codeOf('http://201.131.4.5/')).toBe('ok');
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'http://0/',
    'http://10.0.0.8:8080/',
    'http://100.64.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fd00:ec2::254]/',
  ])('refuses the private literal %s', async (url) => expect(await codeOf(url)).toBe('private_address'));

  it.each([
    'http://localhost/',
    'http://localhost./',
    'http://LOCALHOST:3000/',
    'http://portal.localhost/',
    'http://metadata.google.internal/',
    'http://printer.local/',
    'http://postgres:5432/',
  ])('refuses the local name %s', async (url) => expect(await codeOf(url)).toBe('private_name'));

  it('refuses a name that leads to a private address, one of several too', async () => {
    expect(await codeOf('https://inside.example.com/')).toBe('private_address');
    expect(await codeOf('https://rebound.example.com/')).toBe('private_address');
  });

  it('refuses a name that nobody knows', async () => {
    expect(await codeOf('https://nowhere.example.com/')).toBe('host_not_found');
  });

  it('refuses other schemes, logins and what is no URL', async () => {
    expect(await codeOf('file:///etc/passwd')).toBe('scheme_not_allowed');
    expect(await codeOf('https://user:pass@factura.example.com.mx/')).toBe('login_in_url');
    expect(await codeOf('https://user@factura.example.com.mx/')).toBe('login_in_url');
    expect(await codeOf('factura.example.com.mx')).toBe('url_malformed');
    expect(await codeOf('http://256.1.1.1/')).toBe('url_malformed');
  });

  it('lets a listed private host pass, and only on its listed port', async () => {
    expect(await codeOf('http://127.0.0.1:4000/', ['127.0.0.1:4000'])).toBe('ok');
    expect(await codeOf('http://0x7f.1:4000/', ['127.0.0.1:4000'])).toBe('ok');
    expect(await codeOf('http://127.0.0.1:4001/', ['127.0.0.1:4000'])).toBe('private_address');
    expect(await codeOf('http://oxxo.localhost:4000/', ['oxxo.localhost:4000'])).toBe('ok');
    expect(await codeOf('http://other.localhost:4000/', ['oxxo.localhost:4000'])).toBe('private_name');
    expect(await codeOf('http://[::1]:4000/', ['::1'])).toBe('ok');
    expect(await codeOf('http://portal.internal/', ['portal.internal'])).toBe('ok');
    expect(await codeOf('http://absent.internal/', ['absent.internal'])).toBe('host_not_found');
  });
});
