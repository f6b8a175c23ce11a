import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import { startBrowserHost, startSite, type BrowserHost, type Site } from '../browser/support.ts';
import { historyPortal, iconPortal, tabsPortal, toastPortal, windowPortal } from './more-sites.ts';
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

const ticket: TaskFacts['ticket'] = { amount: 1160, date: '2026-11-18T18:30:00-06:00', folio: 'A-004512' };

async function invoice(
  portal: TestPortal,
  given: TaskFacts['ticket'],
  parts: Partial<RunParts> = {},
): Promise<AgentRun> {
  site = await startSite(portal.pages);
  return runOn({
    host,
    facts: {
      vendorUrl: `${site.origin}/`,
      ticket: given,
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

describe('more makes', () => {
  const makes: [string, () => TestPortal, TaskFacts['ticket']][] = [
    [
      'tabs, suggestions and a date in three boxes',
      tabsPortal,
      { ...ticket, branch: 'Condesa', extra: { caja: '3' } },
    ],
    ['icons, labels behind, Enter, and an XML to copy', iconPortal, ticket],
  ];
  it.each(makes)('%s: issues once and hands out both files', async (_, make, given) => {
    const portal = make();
    const run = await invoice(portal, given);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents', recovered: false });
    expect(
      run.result.kind === 'documents' && run.result.documents.map(({ kind }) => kind).sort(),
      told(run),
    ).toEqual(['pdf', 'xml']);
    expect(portal.issued).toHaveLength(1);
  });

  it('a window of its own, a dialog element and a slow redirect: issues once and hands out the XML', async () => {
    const portal = windowPortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents', recovered: false });
    expect(portal.issued).toHaveLength(1);
  });

  it('a message that vanishes is heard, with its date', async () => {
    const run = await invoice(toastPortal(), ticket);
    expect(run.result, told(run)).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'not_yet_available', details: { notBefore: '2026-11-25' } },
    });
  });

  it('an invoice in doubt is found in the portal’s list', async () => {
    const portal = historyPortal();
    const run = await invoice(portal, ticket, { purpose: 'reconcile', gate: memoryGate('in_doubt') });
    expect(run.result, told(run)).toMatchObject({ kind: 'documents', recovered: true });
    expect(portal.issued).toEqual([]);
  });
});
