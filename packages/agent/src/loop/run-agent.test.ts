import { describe, expect, it } from 'vitest';
import { box, button, facts, link, select, snapshot } from '../testing/build-snapshot.ts';
import {
  DONE,
  fakeGate,
  fakeRun,
  on,
  PDF,
  scripted,
  write,
  XML,
  type FakePortal,
} from '../testing/fake-run.ts';
import type { CapturedDocument, ElementView, Snapshot } from '../types.ts';

const rfc = (value = 'CACX7605101P8') => box('RFC', { value });
const folio = (value = 'A-004512') => box('Folio', { value });
const form = (parts: Parameters<typeof snapshot>[0] = {}, elements: ElementView[] = []) =>
  snapshot({ fingerprint: 'form', ...parts, elements: [rfc(), folio(), ...elements, button('Facturar')] });

/** A portal of one form; pressing anything leads to `then`, after sending `requests` requests. */
function portalOf(
  first: Snapshot,
  then: () => Snapshot,
  options: { requests?: number; documents?: CapturedDocument[] } = {},
): FakePortal & { pressed: number } {
  const portal = {
    pressed: 0,
    page: () => (portal.pressed > 0 ? then() : first),
    act: async (action: { kind: string }, send: () => Promise<string>) => {
      if (action.kind !== 'click') return DONE;
      for (let i = 0; i < (options.requests ?? 1); i += 1) if ((await send()) === 'refuse') return DONE;
      portal.pressed += 1;
      return DONE;
    },
    documents: () => (portal.pressed > 0 ? (options.documents ?? []) : []),
  };
  return portal;
}

const pressIssue = (page: Snapshot) => on(page, 'Facturar', { suspect: true });
const success = () =>
  snapshot({ fingerprint: 'done', texts: [{ kind: 'alert', text: 'Su factura fue generada con éxito' }] });

describe('an act that may issue', () => {
  it('is marked, sent and reported as sent, in this order, once for all its requests', async () => {
    const portal = portalOf(form(), success, { requests: 3, documents: [XML, PDF] });
    const { result, gate } = await fakeRun({ portal, planners: [scripted(pressIssue)] });
    expect(result).toEqual({ kind: 'documents', documents: [XML, PDF], recovered: false });
    expect(gate.calls).toEqual(['mark', 'submitted']);
    expect(gate.marks[0]).toMatchObject({
      trigger: 'verb',
      readBack: { rfc: 'equal', total: 'not_shown', regime: 'not_shown' },
    });
  });

  it('is marked even where the planner did not say so', async () => {
    const portal = portalOf(form(), success, { documents: [XML, PDF] });
    const { gate } = await fakeRun({ portal, planners: [scripted((page) => on(page, 'Facturar'))] });
    expect(gate.calls).toEqual(['mark', 'submitted']);
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
      evidence: { snapshotId: page.id, kind: 'alert' as const, text: page.texts[0]?.text ?? '' },
    });
    const { result, gate } = await fakeRun({
      portal: portalOf(form(), mailed),
      planners: [scripted(pressIssue, wait)],
    });
    expect(result.kind).toBe('awaitDelivery');
    expect(gate.calls).toEqual(['mark', 'submitted']);
  });

  it('that says "made" but hands out nothing ends in doubt, never in a second try', async () => {
    const again = () => ({ ...success(), elements: [button('Facturar')] });
    const { gate, performed } = await fakeRun({
      portal: portalOf(form(), again),
      planners: [scripted(pressIssue, pressIssue, pressIssue)],
    });
    expect(performed).toHaveLength(1);
    expect(gate.calls).toEqual(['mark', 'submitted', 'settle:in_doubt']);
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

describe('the end of a run', () => {
  it('asks a person with the page’s own words when nobody knows how to go on', async () => {
    const page = snapshot({ texts: [{ kind: 'alert', text: 'Falta el dato de CACX7605101P8' }] });
    const { result } = await fakeRun({ portal: portalOf(page, success), planners: [scripted()] });
    expect(result).toMatchObject({
      kind: 'needPerson',
      reason: 'unknown',
      vendorMessage: 'Falta el dato de •',
    });
  });

  it('asks the next planner where one has done the same act three times', async () => {
    const page = snapshot({ elements: [button('Siguiente')] });
    const stubborn = {
      name: 'form' as const,
      decide: ({ snapshot: now }: { snapshot: Snapshot }) => Promise.resolve(on(now, 'Siguiente')),
    };
    const asked: string[] = [];
    const last = {
      name: 'llm' as const,
      decide: () => {
        asked.push('llm');
        return Promise.resolve({ kind: 'pass' as const, reason: 'no' });
      },
    };
    const { performed, result } = await fakeRun({
      portal: { page: () => page, act: () => DONE },
      planners: [stubborn, last],
    });
    expect(performed).toHaveLength(3);
    expect(asked).toEqual(['llm']);
    expect(result.kind).toBe('needPerson');
  });

  it('stops at the step budget and at the time budget', async () => {
    let count = 0;
    const page = () => snapshot({ fingerprint: `p${(count += 1)}`, elements: [button('Siguiente')] });
    const stubborn = {
      name: 'form' as const,
      decide: ({ snapshot: now }: { snapshot: Snapshot }) => Promise.resolve(on(now, 'Siguiente')),
    };
    const portal = { page, act: () => DONE };
    expect(
      (await fakeRun({ portal, planners: [stubborn], budgets: { runMs: 180_000, maxSteps: 5 } })).result,
    ).toEqual({ kind: 'stopped', reason: 'step_budget' });
    expect(
      (await fakeRun({ portal, planners: [stubborn], budgets: { runMs: 20, maxSteps: 500 } })).result,
    ).toEqual({ kind: 'stopped', reason: 'run_budget' });
  });

  it('stops at once when aborted outside of the critical section', async () => {
    const { result, performed } = await fakeRun({
      portal: portalOf(form(), success),
      planners: [scripted(pressIssue)],
      signal: AbortSignal.abort(),
    });
    expect(result).toEqual({ kind: 'stopped', reason: 'aborted' });
    expect(performed).toEqual([]);
  });

  it('says that a portal does not open, in the browser’s terms', async () => {
    const { result } = await fakeRun({
      portal: portalOf(form(), success),
      session: 'fresh',
      planners: [scripted()],
    });
    expect(result.kind).toBe('needPerson');
  });

  it('hands back documents that are not this task’s invoice, for the caller to judge', async () => {
    const portal = portalOf(form(), success, { documents: [XML] });
    const { result } = await fakeRun({
      portal,
      planners: [scripted(pressIssue)],
      accept: () => Promise.resolve('rejected'),
    });
    expect(result).toMatchObject({ kind: 'documents', documents: [XML] });
  });

  it('fetches the PDF after the proof, but does not wait for it for ever', async () => {
    const done = () => ({ ...success(), elements: [link('PDF', { download: true })] });
    const portal = portalOf(form(), done, { documents: [XML] });
    const more = (page: Snapshot) => on(page, 'PDF', { stepType: 'download' });
    const { result, performed } = await fakeRun({
      portal,
      planners: [scripted(pressIssue, more, more, more, more, more, more, more)],
    });
    expect(result).toMatchObject({ kind: 'documents', documents: [XML] });
    expect(performed.length).toBeLessThanOrEqual(5);
  });

  it('records no value of the task', async () => {
    const { steps } = await fakeRun({
      portal: portalOf(form(), success, { documents: [XML, PDF] }),
      planners: [scripted((page) => on(page, 'Facturar', { why: 'Facturar a CACX7605101P8' }))],
    });
    expect(steps.map(({ summary }) => summary).join()).not.toContain('CACX7605101P8');
    expect(facts().profile.rfc).toBe('CACX7605101P8');
  });
});
