import { describe, expect, it } from 'vitest';
import { box, button, link, snapshot } from '../testing/build-snapshot.ts';
import { fakeRun, on, scripted, write, XML } from '../testing/fake-run.ts';
import { folio, form, portalOf, pressIssue, rfc, success } from '../testing/one-form-portal.ts';
import type { Snapshot } from '../types.ts';

describe('the answer to a marked act', () => {
  const answers: [string, 'none' | 'rejected' | 'in_doubt', () => Snapshot, number][] = [
    [
      'the portal’s refusal',
      'rejected',
      () => form({ texts: [{ kind: 'alert', text: 'Ticket no encontrado.' }] }),
      1,
    ],
    [
      'SAT’s refusal',
      'rejected',
      () =>
        form({
          texts: [
            {
              kind: 'alert',
              text: 'CFDI40147 - El campo DomicilioFiscalReceptor del receptor, debe pertenecer al nombre asociado al RFC.',
            },
          ],
        }),
      1,
    ],
    [
      '"already invoiced"',
      'rejected',
      () => form({ texts: [{ kind: 'dialog', text: 'El consumo ya fue facturado.' }] }),
      1,
    ],
    [
      'a field that is still missing',
      'none',
      () =>
        form({ texts: [{ kind: 'alert', text: 'El código postal es obligatorio' }] }, [
          box('Código postal', { invalid: true }),
        ]),
      1,
    ],
    [
      'a step that asks for more',
      'none',
      () => snapshot({ fingerprint: 'two', elements: [box('Código postal'), button('Timbrar')] }),
      1,
    ],
    [
      'a question before anything is done',
      'none',
      () =>
        snapshot({
          fingerprint: 'form',
          elements: [
            { ...rfc(), covered: true },
            { ...folio(), covered: true },
            button('Sí', { inDialog: true }),
            button('No', { inDialog: true }),
          ],
          texts: [{ kind: 'dialog', text: '¿Están correctos sus datos?' }],
        }),
      1,
    ],
    ['nothing, when nothing was sent', 'none', () => form(), 0],
    ['nothing, when something was sent', 'in_doubt', () => form(), 1],
    [
      'an empty form again',
      'in_doubt',
      () => snapshot({ fingerprint: 'start', elements: [rfc(''), folio(''), button('Facturar')] }),
      1,
    ],
    [
      'a page nobody knows',
      'in_doubt',
      () => snapshot({ fingerprint: 'odd', texts: [{ kind: 'heading', text: 'Bienvenido' }] }),
      1,
    ],
    [
      'a breakdown',
      'in_doubt',
      () =>
        snapshot({
          fingerprint: 'err',
          httpStatus: 503,
          texts: [{ kind: 'heading', text: 'Service Unavailable' }],
        }),
      1,
    ],
  ];
  it.each(answers)('%s settles it as %s', async (_, state, then, requests) => {
    const script = scripted(
      (page) => write(page, 'RFC', 'profile.rfc', 'CACX7605101P8'),
      (page) => write(page, 'Folio', 'ticket.folio', 'A-004512'),
      pressIssue,
    );
    const { gate } = await fakeRun({ portal: portalOf(form(), then, { requests }), planners: [script] });
    expect(gate.calls).toEqual(['mark', 'submitted', `settle:${state}`]);
  });

  it('is waited for while the portal works, and doubt comes only after that', async () => {
    let waits = 0;
    const working = snapshot({
      fingerprint: 'form',
      elements: [],
      texts: [{ kind: 'result', text: 'Procesando…' }],
    });
    const portal = portalOf(form(), () =>
      waits < 3 ? working : form({ texts: [{ kind: 'alert', text: 'Ticket no encontrado.' }] }),
    );
    const { gate } = await fakeRun({
      portal: { ...portal, wait: () => (waits += 1) },
      planners: [scripted(pressIssue)],
    });
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:rejected']);
  });

  it('that announces mail leaves the mark to the caller', async () => {
    const mailed = () =>
      snapshot({
        fingerprint: 'done',
        texts: [{ kind: 'alert', text: 'La factura fue enviada a su correo electrónico.' }],
      });
    const wait = (page: Snapshot) => ({
      kind: 'awaitDelivery' as const,
      reason: 'mail' as const,
      evidence: { snapshotId: page.id, kind: 'alert' as const, text: page.texts[0]?.text ?? '' },
    });
    const { result, gate } = await fakeRun({
      portal: portalOf(form(), mailed),
      planners: [scripted(pressIssue, wait)],
    });
    expect(result.kind).toBe('awaitDelivery');
    expect(gate.calls).toEqual(['mark', 'submitted', 'answered']);
  });

  it('that says "made" but hands out nothing ends in doubt, never in a second try', async () => {
    const again = () => ({ ...success(), elements: [button('Facturar')] });
    const { gate, performed } = await fakeRun({
      portal: portalOf(form(), again),
      planners: [scripted(pressIssue, pressIssue, pressIssue)],
    });
    expect(performed).toHaveLength(1);
    expect(gate.calls).toEqual(['mark', 'submitted', 'answered', 'settle:in_doubt']);
  });
});

describe('between mark and settlement', () => {
  it('an abort waits for the answer, then stops the run', async () => {
    const controller = new AbortController();
    const portal = portalOf(form(), () =>
      form({ texts: [{ kind: 'alert', text: 'Ticket no encontrado.' }] }),
    );
    const { act } = portal;
    portal.act = (action, send) => {
      controller.abort();
      return act(action, send);
    };
    const { result, gate } = await fakeRun({
      portal,
      planners: [scripted(pressIssue, pressIssue)],
      signal: controller.signal,
    });
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:rejected']);
    expect(result).toEqual({ kind: 'stopped', reason: 'aborted' });
  });

  it('an abort does not lose a document that is being handed out', async () => {
    const controller = new AbortController();
    const done = () => ({ ...success(), elements: [link('Descargar XML', { download: true })] });
    const portal = portalOf(form(), done);
    const { act } = portal;
    let fetched = false;
    portal.act = (action, send) => {
      fetched = portal.pressed > 0;
      controller.abort();
      return act(action, send);
    };
    portal.documents = () => (fetched ? [XML] : []);
    const script = scripted(pressIssue, (page) => on(page, 'Descargar XML', { stepType: 'download' }));
    const { result } = await fakeRun({ portal, planners: [script], signal: controller.signal });
    expect(result).toMatchObject({ kind: 'documents', documents: [XML] });
  });

  it('a lost browser leaves the ticket in doubt', async () => {
    const portal = portalOf(form(), () => {
      throw new Error('Target closed');
    });
    const { result, gate } = await fakeRun({ portal, planners: [scripted(pressIssue)] });
    expect(result).toEqual({ kind: 'stopped', reason: 'browser_lost' });
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:in_doubt']);
  });

  it('the budget does not cut, and the run ends at most 30 s beyond it', async () => {
    let now = 0;
    const clock = { now: () => now };
    const working = snapshot({ fingerprint: 'form', texts: [{ kind: 'result', text: 'Procesando…' }] });
    const portal = portalOf(form(), () => working);
    const { act } = portal;
    portal.act = (action, send) => {
      now = 179_000;
      return act(action, send);
    };
    const { result, gate } = await fakeRun({
      portal: { ...portal, wait: () => (now += 2_000) },
      planners: [scripted(pressIssue)],
      clock,
    });
    expect(gate.calls.at(-1)).toBe('settle:in_doubt');
    expect(result).toEqual({ kind: 'stopped', reason: 'run_budget' });
    expect(now).toBeLessThanOrEqual(210_000);
  });
});
