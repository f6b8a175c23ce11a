import { describe, expect, it } from 'vitest';
import { box, button, select, snapshot } from '../testing/build-snapshot.ts';
import { fakeGate, fakeRun, on, PDF, scripted, write, XML } from '../testing/fake-run.ts';
import { folio, form, portalOf, pressIssue, rfc, success } from '../testing/one-form-portal.ts';
import type { Snapshot } from '../types.ts';

describe('an act that may issue', () => {
  it('is marked, sent and reported as sent, in this order, once for all its requests', async () => {
    const portal = portalOf(form(), success, { requests: 3, documents: [XML, PDF] });
    const { result, gate } = await fakeRun({ portal, planners: [scripted(pressIssue)] });
    expect(result).toEqual({ kind: 'documents', documents: [XML, PDF], recovered: false });
    expect(gate.calls).toEqual(['mark', 'submitted', 'answered']);
    expect(gate.marks[0]).toMatchObject({
      trigger: 'verb',
      readBack: { rfc: 'equal', total: 'not_shown', regime: 'not_shown' },
    });
  });

  it('is marked even where the planner did not say so', async () => {
    const portal = portalOf(form(), success, { documents: [XML, PDF] });
    const { gate } = await fakeRun({ portal, planners: [scripted((page) => on(page, 'Facturar'))] });
    expect(gate.calls).toEqual(['mark', 'submitted', 'answered']);
  });

  it.each(['lost_lease', 'not_free'] as const)(
    'is not sent when the mark is refused (%s)',
    async (reason) => {
      const portal = portalOf(form(), success);
      const gate = fakeGate({ mark: () => Promise.resolve({ ok: false, reason }) });
      const { result, performed } = await fakeRun({ portal, gate, planners: [scripted(pressIssue)] });
      expect(result).toEqual({ kind: 'gateClosed', reason });
      expect(performed).toEqual([]);
      expect(gate.calls).toEqual(['mark']);
    },
  );

  it('is not sent when the mark took too long, and settles as none', async () => {
    let now = 0;
    const gate = fakeGate({
      mark: () => {
        now += 2_500;
        return Promise.resolve({ ok: true, sendWithinMs: 2_000 });
      },
    });
    const { performed } = await fakeRun({
      portal: portalOf(form(), success),
      gate,
      planners: [scripted(pressIssue)],
      clock: { now: () => now },
    });
    expect(performed).toEqual([]);
    expect(gate.calls).toEqual(['mark', 'settle:none']);
  });

  const contradictions: [string, Snapshot][] = [
    ['another RFC', snapshot({ elements: [rfc('XIA190128J61'), folio(), button('Facturar')] })],
    [
      'another total',
      snapshot({ elements: [rfc(), folio(), box('Total', { value: '999.00' }), button('Facturar')] }),
    ],
    [
      'another total in a summary',
      snapshot({
        elements: [rfc(), button('Facturar')],
        texts: [{ kind: 'dialog', text: 'Total: $1,161.00 ¿Es correcto?' }],
      }),
    ],
    [
      'another regime',
      snapshot({
        elements: [
          rfc(),
          select('Régimen fiscal', ['601=601 General de Ley', '612=612 Personas Físicas', '626=626 RESICO']),
          button('Facturar'),
        ],
      }),
    ],
  ];
  it.each(contradictions)('is not sent when the page shows %s', async (_, page) => {
    const { performed, gate } = await fakeRun({
      portal: portalOf(page, success),
      planners: [scripted(pressIssue)],
    });
    expect(performed).toEqual([]);
    expect(gate.calls).toEqual([]);
  });

  it('goes alone: the fills before it are looked at first', async () => {
    const page = form();
    const both = (now: Snapshot) => {
      const filled = write(now, 'RFC', 'profile.rfc', 'CACX7605101P8');
      const pressed = on(now, 'Facturar', { suspect: true });
      if (filled.kind !== 'act' || pressed.kind !== 'act') throw new Error('not acts');
      return { ...filled, issueSuspect: true, actions: [...filled.actions, ...pressed.actions] };
    };
    const { performed, gate } = await fakeRun({
      portal: portalOf(page, success),
      planners: [scripted(both)],
    });
    expect(performed.map(({ kind }) => kind)).toEqual(['fill']);
    expect(gate.calls).toEqual([]);
  });
});

describe('a request of a page that knows receptor or ticket only', () => {
  const early = { mayIssue: false };

  it('leaves without a mark', async () => {
    const page = form({}, [button('Siguiente')]);
    const portal = portalOf(page, () => page, { request: early });
    const { gate } = await fakeRun({ portal, planners: [scripted((now) => on(now, 'Siguiente'))] });
    expect(portal.pressed).toBeGreaterThan(0);
    expect(gate.calls).toEqual([]);
  });

  it('counts under a mark: that the form still stands does not settle what left', async () => {
    const page = form();
    const portal = portalOf(page, () => page, { request: early });
    const { gate } = await fakeRun({ portal, planners: [scripted(pressIssue)] });
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:in_doubt']);
  });
});

describe('a request that may issue, from an act without such a verb', () => {
  const pressNext = (page: Snapshot) => on(page, 'Siguiente');
  const step = snapshot({ fingerprint: 'step', elements: [rfc(), folio(), button('Siguiente')] });
  const next = () =>
    snapshot({
      fingerprint: 'next',
      elements: [box('Código postal'), button('Facturar')],
      texts: [{ kind: 'heading', text: 'Datos fiscales' }],
    });

  it('is held, marked under the act’s key, let through, and settled as a step where more is asked', async () => {
    const { gate } = await fakeRun({
      portal: portalOf(step, next, { requests: 2 }),
      planners: [scripted(pressNext)],
    });
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:none']);
    expect(gate.marks[0]?.trigger).toBe('network');
    expect(gate.settled[0]?.evidence?.text).toBe('Datos fiscales');
  });

  it.each(['lost_lease', 'not_free'] as const)(
    'is refused when the mark is refused (%s), and the run ends',
    async (reason) => {
      const gate = fakeGate({ mark: () => Promise.resolve({ ok: false, reason }) });
      const portal = portalOf(step, next);
      const { result } = await fakeRun({ portal, gate, planners: [scripted(pressNext)] });
      expect(result).toEqual({ kind: 'gateClosed', reason });
      expect(portal.pressed).toBe(0);
    },
  );

  it('is refused when the page contradicts the task', async () => {
    const wrong = snapshot({
      fingerprint: 'step',
      elements: [rfc('XIA190128J61'), folio(), button('Siguiente')],
    });
    const portal = portalOf(wrong, next);
    const { gate } = await fakeRun({ portal, planners: [scripted(pressNext)] });
    expect(portal.pressed).toBe(0);
    expect(gate.calls).toEqual([]);
  });
});

describe('while an invoice may exist', () => {
  const offered = () =>
    snapshot({
      fingerprint: 'form',
      elements: [rfc(), folio(), button('Facturar'), button('Aceptar'), button('Consultar')],
    });

  it.each(['Facturar', 'Generar CFDI', 'Timbrar'])(
    '"%s" is never pressed, even if an earlier press of it proved harmless',
    async (name) => {
      const page = snapshot({ fingerprint: 'form', elements: [rfc(), folio(), button(name)] });
      const gate = fakeGate({ isHarmless: () => true });
      const { performed } = await fakeRun({
        portal: portalOf(page, success),
        gate,
        purpose: 'reconcile',
        planners: [scripted((now) => on(now, name))],
      });
      expect(performed).toEqual([]);
      expect(gate.calls).toEqual([]);
    },
  );

  it('what only asks is let through without a mark', async () => {
    const portal = portalOf(offered(), success);
    const { gate } = await fakeRun({
      portal,
      purpose: 'reconcile',
      planners: [scripted((page) => on(page, 'Consultar'))],
    });
    expect(portal.pressed).toBe(1);
    expect(gate.calls).toEqual([]);
  });

  it('a step is sent only where an earlier run found it harmless', async () => {
    const next = () => snapshot({ fingerprint: 'step', elements: [rfc(), folio(), button('Siguiente')] });
    for (const harmless of [true, false]) {
      const portal = portalOf(next(), success);
      await fakeRun({
        portal,
        gate: fakeGate({ isHarmless: () => harmless }),
        purpose: 'reconcile',
        planners: [scripted((page) => on(page, 'Siguiente'))],
      });
      expect(portal.pressed).toBe(harmless ? 1 : 0);
    }
  });

  it('"still offered" is handed on with its evidence', async () => {
    const says = (page: Snapshot) => ({
      kind: 'stillOffered' as const,
      evidence: { snapshotId: page.id, kind: 'result' as const, text: 'Ticket A-004512 de CACX7605101P8' },
    });
    const { result } = await fakeRun({
      portal: portalOf(offered(), success),
      purpose: 'reconcile',
      planners: [scripted(says)],
    });
    expect(result).toMatchObject({ kind: 'stillOffered', evidence: { text: 'Ticket A-004512 de •' } });
  });
});
