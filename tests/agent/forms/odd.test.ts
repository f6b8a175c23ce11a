import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import { startBrowserHost, startSite, type BrowserHost, type Site } from '../browser/support.ts';
import {
  alertPortal,
  dyingPortal,
  emptyPortal,
  facesPortal,
  hostilePortal,
  wallPortal,
} from './odd-sites.ts';
import type { TestPortal } from './sites.ts';
import { memoryGate, runOn, type AgentRun, type RunParts } from './world.ts';

let host: BrowserHost;
let site: Site | null = null;

beforeAll(async () => {
  host = await startBrowserHost();
});
afterEach(async () => {
  await host.endSessions();
  await site?.stop();
  site = null;
});
afterAll(() => host.stop());

const ticket: TaskFacts['ticket'] = { amount: 1160, date: '2026-11-18', folio: 'A-004512' };

async function invoice(portal: TestPortal, parts: Partial<RunParts> = {}): Promise<AgentRun> {
  site ??= await startSite(portal.pages);
  return runOn({
    host,
    facts: {
      vendorUrl: `${site.origin}/`,
      ticket,
      paymentForm: null,
      mailbox: 't-abc@inbound.example',
      profile: {
        rfc: 'CACX7605101P8',
        fullName: 'XOCHILT CASAS CHAVEZ',
        fiscalRegime: '612',
        postalCode: '36257',
        cfdiUse: 'G03',
        email: 'x@example.com',
      },
    },
    ...parts,
  });
}

function told(run: AgentRun): string {
  return run.steps.map(({ summary }) => summary).join('\n');
}

describe('portals with odd manners', () => {
  it('stale client data that a blur brings is overwritten, and layers are waited for', async () => {
    const portal = facesPortal();
    const run = await invoice(portal);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents' });
    expect(portal.issued).toHaveLength(1);
  });

  it('orders in the text, hidden boxes and decoys are left alone', async () => {
    const portal = hostilePortal();
    const run = await invoice(portal);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents' });
    expect(portal.issued).toHaveLength(1);
    expect(portal.issued[0]).not.toHaveProperty('promo');
    expect(site?.received.map(({ url }) => url.split('?')[0])).not.toContain('/borrado');
  });

  it('a connection that dies after issuing leaves the ticket in doubt, and asking again finds the invoice without a second one', async () => {
    const portal = dyingPortal();
    const first = await invoice(portal);
    expect(first.gate.state, told(first)).toBe('in_doubt');
    expect(first.result.kind).not.toBe('documents');
    const again = await invoice(portal, { purpose: 'reconcile', gate: memoryGate('in_doubt') });
    expect(again.result, told(again)).toMatchObject({ kind: 'documents', recovered: true });
    expect(portal.submits).toBe(1);
  });

  it('a ticket that is found and not invoiced is still offered, and nothing is sent', async () => {
    const portal = dyingPortal();
    const run = await invoice(portal, { purpose: 'reconcile', gate: memoryGate('in_doubt') });
    expect(run.result, told(run)).toMatchObject({ kind: 'stillOffered', evidence: { text: 'Ticket •••' } });
    expect(portal.submits).toBe(0);
    expect(run.gate.marks).toEqual([]);
  });

  it.each([
    ['El consumo ya fue facturado', 'already_invoiced'],
    ['Solo se pueden facturar tickets del mes en curso', 'ticket_expired'],
    ['Código inválido, verifique con la estación', 'wrong_branch'],
    ['El ticket aún no se encuentra disponible, intente después de 24 horas', 'not_yet_available'],
  ])('the native alert "%s" is %s', async (message, code) => {
    const run = await invoice(alertPortal(message));
    expect(run.result, told(run)).toMatchObject({
      kind: 'outcome',
      outcome: { code, evidence: { kind: 'native_dialog', text: message } },
    });
    expect(['none', 'rejected']).toContain(run.gate.state);
  });

  it('a firewall and an empty page are told apart', async () => {
    expect((await invoice(wallPortal())).result).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'blocked_by_vendor' },
    });
    await site?.stop();
    site = null;
    expect((await invoice(emptyPortal())).result).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'portal_down' },
    });
  });
});
