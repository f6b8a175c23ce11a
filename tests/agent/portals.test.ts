/** What the common suite does not ask of every portal: the manners of single portals, met by the agent alone. */
import type { LoginSecrets } from '@cfdi-live/agent';
import {
  accountLogin,
  makeTicket,
  oneTimeCode,
  startGallery,
  type Gallery,
  type PortalId,
  type Ticket,
} from '@cfdi-live/portal-gallery';
import { createTestPki, type TestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escuela } from '../gallery/world.ts';
import { startBrowserHost, type BrowserHost } from './browser/support.ts';
import { memoryGate } from './forms/world.ts';
import { invoiceAt } from './gallery-world.ts';

type Parts = NonNullable<Parameters<typeof invoiceAt>[4]>;

let pki: TestPki;
let gallery: Gallery;
let host: BrowserHost;

beforeAll(async () => {
  pki = await createTestPki();
  [gallery, host] = await Promise.all([startGallery({ port: 0, pki, slowMs: 3_000 }), startBrowserHost()]);
});
afterAll(async () => {
  await host.stop();
  await gallery.close();
});

const invoice = (portal: PortalId, ticket: Ticket, parts: Parts = {}) =>
  invoiceAt({ gallery, host, pki }, portal, ticket, escuela, parts);

describe.concurrent.each(['framed', 'primefaces', 'masks', 'later', 'hostile'] as const)(
  '%s',
  { timeout: 90_000 },
  (portal) => {
    it('hands out the proven invoice, issued once', async () => {
      const ticket = makeTicket(portal, 201);
      const { result, steps } = await invoice(portal, ticket);
      expect(result).toMatchObject({ kind: 'documents', recovered: false });
      expect(gallery.ledger.issued(portal, ticket.key)).toHaveLength(1);
      expect(JSON.stringify(steps)).not.toContain(escuela.rfc);
      // What a taken-over page could lay hands on went nowhere; its traps stayed empty.
      expect(gallery.sinks.received()).toEqual([]);
      expect(gallery.ledger.submits(portal, ticket.key).map(({ outcome }) => outcome)).toEqual(['issued']);
    });
  },
);

describe.concurrent('a portal with bad days', { timeout: 90_000 }, () => {
  it.each([
    ['maintenance', 'portal_down'],
    ['empty_answer', 'portal_down'],
    ['blocked', 'blocked_by_vendor'],
  ] as const)('is told apart from a ticket that is not found: %s', async (outcome, code) => {
    const { result, gate } = await invoice('rough', makeTicket('rough', 202, { outcome }));
    expect(result).toMatchObject({ kind: 'outcome', outcome: { code } });
    expect(gate.state).toBe('none');
  });

  it('is given the time that it takes', async () => {
    const { result } = await invoice('rough', makeTicket('rough', 203, { outcome: 'slow' }));
    expect(result).toMatchObject({ kind: 'documents' });
  });
});

it.concurrent.each([204, 205, 206])(
  'a ticket that is too fresh is told when, whatever the wording (%d)',
  { timeout: 90_000 },
  async (n) => {
    const { result, gate } = await invoice('later', makeTicket('later', n, { outcome: 'not_yet_available' }));
    expect(result).toMatchObject({ kind: 'outcome', outcome: { code: 'not_yet_available' } });
    const { notBefore, waitMinutes } = (result.kind === 'outcome' ? result.outcome.details : {}) as {
      notBefore?: string;
      waitMinutes?: number;
    };
    const said = notBefore === undefined ? Date.now() + waitMinutes! * 60_000 : Date.parse(notBefore);
    expect(said - Date.now()).toBeLessThan(48 * 3_600_000);
    expect(gate.state).toBe('rejected');
  },
);

describe.concurrent('a portal for account holders', { timeout: 90_000 }, () => {
  const { domain, password, totpSecret } = accountLogin;
  const loginFacts = { hasPassword: true, hasTotp: true, additionalFields: [] };
  /** The login, and what was asked of it. */
  const loginOf = (userName: string, given: string = password): LoginSecrets & { asked: string[] } => {
    const asked: string[] = [];
    const values: Record<string, () => string> = {
      'credential.username': () => `${userName}@${domain}`,
      'credential.password': () => given,
      'credential.totp': () => oneTimeCode(totpSecret, new Date()),
    };
    const reveal = (source: string) => {
      asked.push(source);
      return Promise.resolve(values[source]?.() ?? null);
    };
    return { domain: 'account.localhost', asked, reveal };
  };

  it('is signed in to, code and all; the history hands out the ticket’s own invoice, also to who comes later', async () => {
    const login = loginOf('codigo-ana');
    const ticket = makeTicket('account', 201);
    const first = await invoice('account', ticket, { login, loginFacts });
    expect(first.result).toMatchObject({ kind: 'documents', recovered: false });
    expect(new Set(login.asked)).toEqual(
      new Set(['credential.username', 'credential.password', 'credential.totp']),
    );
    // A newer invoice of the same account lies above it in the list.
    const newer = await invoice('account', makeTicket('account', 202), { login, loginFacts });
    expect(newer.result).toMatchObject({ kind: 'documents', recovered: false });
    const again = await invoice('account', ticket, {
      login,
      loginFacts,
      purpose: 'reconcile',
      gate: memoryGate('in_doubt'),
    });
    expect(again.result).toMatchObject({ kind: 'documents', recovered: true });
    expect(gallery.ledger.submits('account', ticket.key)).toHaveLength(1);
    const told = JSON.stringify([first.steps, newer.steps, again.steps]);
    expect(told).not.toContain(password);
    expect(told).not.toContain(domain);
  });

  it('that refuses the password is asked once, and its words are the evidence', async () => {
    const login = loginOf('berta', 'equivocada');
    const { result } = await invoice('account', makeTicket('account', 203), { login, loginFacts });
    expect(result).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'login_failed', evidence: { text: expect.stringContaining('incorrectos') } },
    });
    expect(login.asked.filter((source) => source === 'credential.password')).toHaveLength(1);
  });

  it('needs a person where the task has no login', async () => {
    const { result } = await invoice('account', makeTicket('account', 204));
    expect(result).toMatchObject({ kind: 'needPerson', reason: 'login' });
  });

  it('is told nothing by the login of another portal', async () => {
    const login = { ...loginOf('carla'), domain: 'elsewhere.example' };
    const { result } = await invoice('account', makeTicket('account', 205), { login, loginFacts });
    expect(result).toMatchObject({ kind: 'needPerson', reason: 'login' });
    expect(login.asked).toEqual([]);
  });
});
