import { describe, expect, it } from 'vitest';
import { isListedHost, isLocalName, isPublicAddress, literalAddress, portOf } from './addresses.ts';

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    'ff02::1',
    '2001:db8::1',
    '168.63.129.16',
    '::ffff:168.63.129.16',
    '198.18.0.1',
    '192.0.0.192',
    '240.0.0.1',
    '::7f00:1',
    '::ffff:0:7f00:1',
    '64:ff9b:1::7f00:1',
    '64:ff9b::a83f:8110',
    '2002:7f00:1::',
    '2001:0:7f00::1',
    'fec0::1',
    '4000::1',
    'fe80::1%eth0',
    'not an address',
    '',
  ])('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['8.8.8.8', '201.131.4.5', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'accepts %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe('hosts', () => {
  it('tells literals from names, brackets or not', () => {
    expect(literalAddress('[::1]')).toBe('::1');
    expect(literalAddress(new URL('http://0x7f.1/').hostname)).toBe('127.0.0.1');
    expect(literalAddress('example.com')).toBeNull();
  });

  it('lists a host with every port, or with one', () => {
    expect(isListedHost('Portal.localhost.', 8080, ['portal.localhost'])).toBe(true);
    expect(isListedHost('127.0.0.1', 8080, ['127.0.0.1:8080'])).toBe(true);
    expect(isListedHost('127.0.0.1', 8081, ['127.0.0.1:8080'])).toBe(false);
    expect(isListedHost('a.portal.localhost', 80, ['portal.localhost'])).toBe(false);
  });

  it('knows names that stay local', () => {
    for (const name of ['localhost', 'a.localhost', 'printer.local', 'metadata.google.internal', 'intranet'])
      expect(isLocalName(name)).toBe(true);
    for (const name of ['example.com', 'local.example.com']) expect(isLocalName(name)).toBe(false);
  });

  it("knows a scheme's own port", () => {
    expect(portOf(new URL('https://example.com'))).toBe(443);
    expect(portOf(new URL('http://example.com:8080'))).toBe(8080);
  });
});
