import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './csp.ts';
import { portalScope } from './hosts.ts';
import { judge, type GuardState, type RequestFacts } from './policy.ts';

const state = (parts: Partial<GuardState> = {}): GuardState => ({
  scopes: [portalScope('https://facturacion.tienda.mx/')],
  allowedPrivateHosts: [],
  onlyHosts: null,
  values: ['XAXX010101000'],
  typed: true,
  learnt: new Set(),
  ...parts,
});

const request = (url: string, parts: Partial<RequestFacts> = {}): RequestFacts => ({
  url,
  method: 'GET',
  resourceType: 'XHR',
  topLevel: false,
  serviceWorkerScript: false,
  referrer: '',
  ...parts,
});

const verdict = (facts: RequestFacts, parts?: Partial<GuardState>) => {
  const given = judge(facts, state(parts));
  return given.allow ? (given.learn === null ? 'allowed' : `learns ${given.learn}`) : given.reason;
};

describe('the rule', () => {
  it('lets the portal do as it likes on its own ground', () => {
    expect(verdict(request('https://api.tienda.mx/?rfc=XAXX010101000', { method: 'POST' }))).toBe('allowed');
    expect(verdict(request('https://tienda.mx/', { resourceType: 'Document', topLevel: true }))).toBe(
      'allowed',
    );
  });

  it('refuses other hosts as documents and frames', () => {
    const document = { resourceType: 'Document' };
    expect(verdict(request('https://otro.mx/', { ...document, topLevel: true }))).toBe('foreign_navigation');
    expect(verdict(request('https://otro.mx/', document))).toBe('foreign_frame');
    expect(verdict(request('https://www.google.com/recaptcha/api2/anchor', document))).toBe('allowed');
    expect(verdict(request('https://www.google.com/recaptcha/x', { ...document, topLevel: true }))).toBe(
      'foreign_navigation',
    );
  });

  it('learns the interfaces of third parties until the first value is typed', () => {
    const call = request('https://api.pagos.mx/v1');
    expect(verdict(call, { typed: false })).toBe('learns api.pagos.mx:443');
    expect(verdict(call)).toBe('foreign_request');
    expect(verdict({ ...call, method: 'POST' }, { learnt: new Set(['api.pagos.mx:443']) })).toBe('allowed');
    expect(verdict(request('https://api.pagos.mx:8443/'), { learnt: new Set(['api.pagos.mx:443']) })).toBe(
      'foreign_request',
    );
    expect(
      verdict(request('https://api.pagos.mx/', { resourceType: 'Ping', method: 'POST' }), { typed: false }),
    ).toBe('foreign_request');
  });

  it('lets passive things load unless their address or referrer carries a value', () => {
    const image = { resourceType: 'Image' };
    expect(verdict(request('https://cdn.otro.mx/logo.png', image))).toBe('allowed');
    expect(verdict(request('https://cdn.otro.mx/logo.png?x=xaxx010101000', image))).toBe('value_in_address');
    expect(
      verdict(
        request('https://cdn.otro.mx/', { ...image, referrer: 'https://tienda.mx/?rfc=XAXX010101000' }),
      ),
    ).toBe('value_in_address');
    expect(verdict(request('https://cdn.otro.mx/logo.png', { ...image, method: 'POST' }))).toBe(
      'foreign_request',
    );
  });

  it('refuses private addresses, odd schemes and service workers', () => {
    expect(verdict(request('http://169.254.169.254/latest', { resourceType: 'Image' }))).toBe(
      'private_address',
    );
    expect(
      verdict(request('http://10.0.0.8/', { resourceType: 'Image' }), { allowedPrivateHosts: ['10.0.0.8'] }),
    ).toBe('allowed');
    expect(verdict(request('file:///etc/passwd'))).toBe('scheme');
    expect(verdict(request('data:text/html,x', { resourceType: 'Document', topLevel: true }))).toBe('scheme');
    expect(
      verdict(request('https://tienda.mx/sw.js', { resourceType: 'Other', serviceWorkerScript: true })),
    ).toBe('service_worker');
  });

  it('does not let a portal on a private address in unless it is allowed', () => {
    const local = { scopes: [portalScope('http://127.0.0.1:3000')] };
    const page = request('http://127.0.0.1:3000/', { resourceType: 'Document', topLevel: true });
    expect(verdict(page, local)).toBe('private_address');
    expect(verdict(page, { ...local, allowedPrivateHosts: ['127.0.0.1:3000'] })).toBe('allowed');
  });

  it('keeps a test task inside the sandbox, whatever kind of request it is and wherever its portal leads', () => {
    const sandbox = {
      scopes: [portalScope('http://a.localhost:3000')],
      allowedPrivateHosts: ['a.localhost:3000', 'b.localhost:3000', '10.0.0.8'],
      onlyHosts: ['a.localhost:3000', 'b.localhost:3000'],
      typed: false,
    };
    const image = { resourceType: 'Image' };
    expect(verdict(request('http://a.localhost:3000/'), sandbox)).toBe('allowed');
    expect(verdict(request('http://b.localhost:3000/x.png', image), sandbox)).toBe('allowed');
    for (const url of ['https://tienda.mx/', 'https://www.google.com/recaptcha/api.js', 'http://10.0.0.8/']) {
      for (const resourceType of ['Document', 'Image', 'Script', 'XHR'])
        expect(verdict(request(url, { resourceType }), sandbox), url).toBe('outside_sandbox');
    }
    expect(verdict(request('http://a.localhost:3000/'), { ...sandbox, onlyHosts: [] })).toBe(
      'outside_sandbox',
    );
  });
});

describe('the added policy', () => {
  it('names no scheme that would let any WebSocket through, before or after typing', () => {
    for (const learnt of [null, new Set(['api.pagos.mx:443'])]) {
      const connect =
        contentSecurityPolicy([portalScope('https://facturacion.tienda.mx/')], learnt).split('; ')[0] ?? '';
      const sources = connect.split(' ');
      expect(sources).not.toContain('ws:');
      expect(sources).not.toContain('wss:');
      expect(sources).not.toContain('*');
      expect(sources).toContain('wss://*.tienda.mx:*');
      expect(sources.includes('https:')).toBe(learnt === null);
      expect(sources.includes('https://api.pagos.mx:443')).toBe(learnt !== null);
    }
  });
});
