import { describe, expect, it } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import { historyPortal, iconPortal, tabsPortal, toastPortal, windowPortal } from './more-sites.ts';
import type { TestPortal } from './sites.ts';
import { told, usePortals } from './support.ts';
import { memoryGate } from './world.ts';

const { invoice } = usePortals();

const ticket: TaskFacts['ticket'] = { amount: 1160, date: '2026-11-18T18:30:00-06:00', folio: 'A-004512' };

describe.concurrent('more makes', { timeout: 90_000 }, () => {
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
