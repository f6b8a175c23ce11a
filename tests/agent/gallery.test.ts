import {
  makeTicket,
  startGallery,
  type Gallery,
  type PortalId,
  type Ticket,
} from '@cfdi-live/portal-gallery';
import { createTestPki, type TestPki } from '@cfdi-live/portal-gallery/issuer';
import type { Receptor } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escuela, prove, trustOf } from '../gallery/world.ts';
import { startBrowserHost, type BrowserHost } from './browser/support.ts';
import { memoryGate, runOn, type RunParts } from './forms/world.ts';

let pki: TestPki;
let gallery: Gallery;
let host: BrowserHost;

beforeAll(async () => {
  pki = await createTestPki();
  [gallery, host] = await Promise.all([startGallery({ port: 0, pki }), startBrowserHost()]);
});
afterAll(async () => {
  await host.stop();
  await gallery.close();
});

const portalOf = (id: PortalId) => gallery.portals.find((portal) => portal.id === id)!;

/** Runs the agent with this ticket, proving what comes as the worker does. */
function invoice(id: PortalId, ticket: Ticket, receptor: Receptor, parts: Partial<RunParts> = {}) {
  const { url, emisorRfc } = portalOf(id);
  return runOn({
    host,
    facts: {
      vendorUrl: url,
      ticket: ticket.ticketData,
      paymentForm: ticket.ticketData.paymentForm ?? null,
      mailbox: 't-5x2k@inbound.example',
      profile: {
        rfc: receptor.rfc,
        fullName: receptor.name,
        fiscalRegime: receptor.regime,
        postalCode: receptor.postalCode,
        cfdiUse: receptor.use,
        email: 'cliente@example.com',
      },
    },
    allowedPrivateHosts: [new URL(url).host],
    accept: (documents) => {
      const xml = documents.find(({ kind }) => kind === 'xml');
      if (xml === undefined) return Promise.resolve('need_more');
      const expected = { ticket, receptor, emisorRfc, trust: trustOf(pki) };
      const proof = prove(Buffer.from(xml.bytes), expected);
      return Promise.resolve(proof.findings.length === 0 ? 'proven' : 'rejected');
    },
    ...parts,
  });
}

/** What every kind of portal must be able to do is asked of these; the manners of the others stand in portals.test.ts. */
const ALONE = ['webforms', 'listboxes', 'jqwizard', 'onepage'] as const;

// Portals side by side; at one portal in turn, for one test takes it down.
describe.concurrent.each(ALONE)('%s', { timeout: 90_000 }, (portal) => {
  it.sequential('hands out the proven invoice of a company, issued once', async () => {
    const ticket = makeTicket(portal, 101);
    const { result, gate, steps } = await invoice(portal, ticket, escuela);
    expect(result).toMatchObject({ kind: 'documents', recovered: false });
    expect(result.kind === 'documents' && result.documents.map(({ kind }) => kind).sort()).toEqual([
      'pdf',
      'xml',
    ]);
    // The act that issued stays marked until the caller has proven and stored the document.
    expect(gate.state).toBe('submitted');
    expect(gate.settled.every(({ state }) => state === 'none')).toBe(true);
    expect(gallery.ledger.issued(portal, ticket.key)).toHaveLength(1);
    expect(steps.every(({ tokens }) => tokens === 0)).toBe(true);
    expect(steps.map(({ summary }) => summary).join('\n')).not.toContain(escuela.rfc);
  });

  it.sequential('says that a ticket is invoiced to somebody else', async () => {
    const ticket = makeTicket(portal, 104, { outcome: 'already_invoiced' });
    const { result, gate } = await invoice(portal, ticket, escuela);
    expect(result).toMatchObject({ kind: 'outcome', outcome: { code: 'already_invoiced' } });
    expect(['none', 'rejected']).toContain(gate.state);
    expect(gallery.ledger.issued(portal, ticket.key)).toEqual([]);
  });

  it.sequential.each([
    ['not_found', 'ticket_not_found'],
    ['expired', 'ticket_expired'],
  ] as const)('says that a ticket is %s, with the portal’s words', async (outcome, code) => {
    const ticket = makeTicket(portal, 105, { outcome });
    const { result, gate } = await invoice(portal, ticket, escuela);
    expect(result).toMatchObject({ kind: 'outcome', outcome: { code } });
    expect(result.kind === 'outcome' && result.outcome.evidence.text.length).toBeGreaterThan(10);
    expect(['none', 'rejected']).toContain(gate.state);
    expect(gallery.ledger.issued(portal, ticket.key)).toEqual([]);
  });

  it.sequential('is told apart from a portal that works when it is down', async () => {
    const ticket = makeTicket(portal, 106);
    gallery.setAvailability(portal, 'down');
    try {
      const { result } = await invoice(portal, ticket, escuela);
      expect(result).toMatchObject({ kind: 'outcome', outcome: { code: 'portal_down' } });
    } finally {
      gallery.setAvailability(portal, 'up');
    }
  });

  it.sequential('finds the invoice again after a crash, without issuing', async () => {
    const ticket = makeTicket(portal, 107);
    await invoice(portal, ticket, escuela);
    const submits = gallery.ledger.submits(portal, ticket.key).length;
    const { result } = await invoice(portal, ticket, escuela, {
      purpose: 'reconcile',
      gate: memoryGate('in_doubt'),
    });
    expect(result).toMatchObject({ kind: 'documents', recovered: true });
    expect(gallery.ledger.submits(portal, ticket.key)).toHaveLength(submits);
  });

  it.sequential('does not issue while reconciling a ticket that was never invoiced', async () => {
    const ticket = makeTicket(portal, 108);
    const { result, gate } = await invoice(portal, ticket, escuela, {
      purpose: 'reconcile',
      gate: memoryGate('in_doubt'),
    });
    expect(['stillOffered', 'needPerson', 'outcome']).toContain(result.kind);
    expect(gate.marks).toEqual([]);
    expect(gallery.ledger.submits(portal, ticket.key)).toEqual([]);
  });
});

it('asks a person where an image must be read', async () => {
  const ticket = makeTicket('webforms', 109, { outcome: 'captcha' });
  const { result } = await invoice('webforms', ticket, escuela);
  expect(result).toMatchObject({ kind: 'needPerson', reason: 'captcha' });
  expect(gallery.ledger.issued('webforms', ticket.key)).toEqual([]);
});
