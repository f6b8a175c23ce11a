import { describe, expect, it } from 'vitest';
import type { TaskFacts } from '@cfdi-live/agent';
import {
  alertPortal,
  dyingPortal,
  emptyPortal,
  facesPortal,
  hostilePortal,
  wallPortal,
} from './odd-sites.ts';
import { told, usePortals } from './support.ts';
import { memoryGate } from './world.ts';

const { invoice, receivedBy } = usePortals();

const ticket: TaskFacts['ticket'] = { amount: 1160, date: '2026-11-18', folio: 'A-004512' };

describe.concurrent('portals with odd manners', { timeout: 90_000 }, () => {
  it('stale client data that a blur brings is overwritten, and layers are waited for', async () => {
    const portal = facesPortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents' });
    expect(portal.issued).toHaveLength(1);
  });

  it('orders in the text, hidden boxes and decoys are left alone', async () => {
    const portal = hostilePortal();
    const run = await invoice(portal, ticket);
    expect(run.result, told(run)).toMatchObject({ kind: 'documents' });
    expect(portal.issued).toHaveLength(1);
    expect(portal.issued[0]).not.toHaveProperty('promo');
    expect(receivedBy(portal).map(({ url }) => url.split('?')[0])).not.toContain('/borrado');
  });

  it('a connection that dies after issuing leaves the ticket in doubt, and asking again finds the invoice without a second one', async () => {
    const portal = dyingPortal();
    const first = await invoice(portal, ticket);
    expect(first.gate.state, told(first)).toBe('in_doubt');
    expect(first.result.kind).not.toBe('documents');
    const again = await invoice(portal, ticket, { purpose: 'reconcile', gate: memoryGate('in_doubt') });
    expect(again.result, told(again)).toMatchObject({ kind: 'documents', recovered: true });
    expect(portal.submits).toBe(1);
  });

  it('a ticket that is found and not invoiced is still offered, and nothing is sent', async () => {
    const portal = dyingPortal();
    const run = await invoice(portal, ticket, { purpose: 'reconcile', gate: memoryGate('in_doubt') });
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
    const run = await invoice(alertPortal(message), ticket);
    expect(run.result, told(run)).toMatchObject({
      kind: 'outcome',
      outcome: { code, evidence: { kind: 'native_dialog', text: message } },
    });
    expect(['none', 'rejected']).toContain(run.gate.state);
  });

  it('a firewall and an empty page are told apart', async () => {
    expect((await invoice(wallPortal(), ticket)).result).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'blocked_by_vendor' },
    });
    expect((await invoice(emptyPortal(), ticket)).result).toMatchObject({
      kind: 'outcome',
      outcome: { code: 'portal_down' },
    });
  });
});
