import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

describe('clientAddress', () => {
  it('believes no header unless a proxy of ours stands before us', () => {
    expect(clientAddress('203.0.113.9', '198.51.100.1', 0)).toBe('203.0.113.9');
    expect(clientAddress('203.0.113.9', undefined, 1)).toBe('203.0.113.9');
  });

  it('takes what the outermost trusted proxy saw, whatever the client wrote before it', () => {
    const header = 'spoofed, 10.0.0.1, 198.51.100.1, 192.0.2.7';
    expect(clientAddress('10.0.0.2', header, 1)).toBe('192.0.2.7');
    expect(clientAddress('10.0.0.2', header, 2)).toBe('198.51.100.1');
    expect(clientAddress('10.0.0.2', 'nonsense', 1)).toBe('10.0.0.2');
    expect(clientAddress('10.0.0.2', '192.0.2.7', 3)).toBe('10.0.0.2');
  });

  it('counts all addresses of one IPv6 network as one, and a mapped IPv4 address as what it is', () => {
    expect(clientAddress('2001:db8:1:2:3:4:5:6', undefined, 0)).toBe('2001:db8:1:2::/64');
    expect(clientAddress('2001:db8:1:2::9', undefined, 0)).toBe('2001:db8:1:2::/64');
    expect(clientAddress('::ffff:203.0.113.9', undefined, 0)).toBe('203.0.113.9');
    expect(clientAddress(undefined, undefined, 0)).toBe('unknown');
  });
});
