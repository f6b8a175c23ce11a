import { describe, expect, it } from 'vitest';
import {
  box,
  button,
  checkbox,
  element,
  facts,
  link,
  select,
  snapshot,
} from '../../testing/build-snapshot.ts';
import type { DecideContext, Decision, ElementView, HistoryEntry, Snapshot } from '../../types.ts';
import { actKey } from '../act-key.ts';
import { decideByForm } from './create-form-planner.ts';

function decide(page: Snapshot, parts: Partial<DecideContext> = {}): Decision {
  return decideByForm({
    snapshot: page,
    previous: null,
    facts: facts(),
    purpose: 'obtain',
    history: [],
    documents: [],
    ...parts,
  });
}

/** What the decision does, as `kind name`, in order. */
function doing(page: Snapshot, decision: Decision): string[] {
  if (decision.kind !== 'act') return [decision.kind];
  return decision.actions.map(({ action }) => {
    const id = 'target' in action ? action.target : null;
    return `${action.kind} ${page.elements.find((candidate) => candidate.id === id)?.name ?? ''}`.trim();
  });
}

function entry(
  page: Snapshot,
  target: ElementView,
  action: HistoryEntry['planned']['action'],
  memo?: string,
): HistoryEntry {
  const planned = {
    action,
    why: '',
    stepType: 'click' as const,
    confidence: 1,
    ...(memo === undefined ? {} : { memo }),
  };
  return {
    fingerprint: page.fingerprint,
    planned,
    actKey: actKey(page, target),
    result: { ok: true, changed: true },
    planner: 'form',
  };
}

const clicked = (page: Snapshot, target: ElementView, memo?: string) =>
  entry(page, target, { kind: 'click', target: target.id }, memo);
const filled = (page: Snapshot, target: ElementView, source: string) =>
  entry(page, target, { kind: 'fill', target: target.id, value: { source, text: target.value } });

const done = () => [box('Folio', { value: 'A-004512' }), box('RFC', { value: 'CACX7605101P8' })];

describe('filling', () => {
  it('writes all open values at once and presses nothing yet', () => {
    const page = snapshot({ elements: [box('Folio'), box('Total'), box('RFC'), button('Facturar')] });
    const decision = decide(page);
    expect(doing(page, decision)).toEqual(['fill Folio', 'fill Total', 'fill RFC']);
    expect(decision).toMatchObject({ issueSuspect: false });
  });

  it('overwrites what another customer left, and leaves right values alone', () => {
    const page = snapshot({
      elements: [
        box('Folio', { value: 'a-004512' }),
        box('RFC', { value: 'XIA190128J61' }),
        button('Facturar'),
      ],
    });
    expect(doing(page, decide(page))).toEqual(['fill RFC']);
  });

  it('types key by key where a mask shows or a fill did not hold, and gives up after that', () => {
    const masked = snapshot({
      elements: [box('RFC', { labels: { placeholder: '____-______-___' } }), button('Facturar')],
    });
    expect(doing(masked, decide(masked))).toEqual(['type RFC']);
    const field = box('RFC');
    const page = snapshot({ elements: [field, button('Facturar')] });
    const tried = (times: number) => Array.from({ length: times }, () => filled(page, field, 'profile.rfc'));
    expect(doing(page, decide(page, { history: tried(1) }))).toEqual(['type RFC']);
    expect(doing(page, decide(page, { history: tried(3) }))).toEqual(['pass']);
  });

  it('waits once for a list that depends on another, then chooses from it', () => {
    const regime = select('Régimen fiscal', ['=Seleccione', '601=601 A', '612=612 B', '626=626 C']);
    const empty = snapshot({
      elements: [regime, select('Uso de CFDI', ['=Elige régimen']), button('Facturar')],
    });
    const choose = entry(
      empty,
      regime,
      { kind: 'select', target: regime.id, option: { value: '612' } },
      'chose:profile.fiscalRegime',
    );
    expect(doing(empty, decide(empty))).toEqual(['select Régimen fiscal']);
    const chosen = {
      ...regime,
      options: regime.options.map((option) => ({ ...option, selected: option.value === '612' })),
    };
    const waiting = snapshot({ ...empty, elements: [chosen, ...empty.elements.slice(1)] });
    expect(doing(waiting, decide(waiting, { history: [choose] }))).toEqual(['wait']);
  });

  it('passes on when the list does not hold the value', () => {
    const page = snapshot({
      elements: [
        ...done(),
        select('Uso de CFDI', ['=Elige', 'G01=G01 A', 'D01=D01 B', 'S01=S01 C']),
        button('Facturar'),
      ],
    });
    expect(decide(page)).toMatchObject({
      kind: 'pass',
      reason: expect.stringContaining('{{profile.cfdiUse}}'),
    });
  });

  it('passes on when a required field asks for what nobody gave', () => {
    const page = snapshot({ elements: [...done(), box('Teléfono', { required: true }), button('Facturar')] });
    expect(decide(page)).toMatchObject({ kind: 'pass', reason: expect.stringContaining('Teléfono') });
  });
});

describe('boxes', () => {
  it('are ticked where consent is required, and never for promotions', () => {
    const boxes = [
      checkbox('Acepto los términos y condiciones', { required: true }),
      checkbox('Acepto recibir promociones', { required: true }),
      checkbox('He leído el aviso de privacidad'),
    ];
    const page = snapshot({ elements: [...done(), ...boxes, button('Facturar')] });
    expect(doing(page, decide(page))).toEqual(['check Acepto los términos y condiciones']);
  });

  it('that are not marked as required are ticked when the button stays closed', () => {
    const page = snapshot({
      elements: [...done(), checkbox('Acepto los términos'), button('Facturar', { disabled: true })],
    });
    expect(doing(page, decide(page))).toEqual(['check Acepto los términos']);
  });
});

describe('going on', () => {
  const press = (...buttons: ElementView[]) => {
    const page = snapshot({ elements: [...done(), ...buttons] });
    return doing(page, decide(page));
  };

  it('presses the verb that goes on, whatever stands beside it', () => {
    expect(press(button('Limpiar'), button('Cancelar'), button('Timbrar'), button('Regresar'))).toEqual([
      'click Timbrar',
    ]);
    expect(press(link('Facturación'), link('Ayuda'), button('Siguiente'))).toEqual(['click Siguiente']);
    expect(press(element({ role: 'clickable', name: 'Obtener factura' }), button('Salir'))).toEqual([
      'click Obtener factura',
    ]);
    expect(press(button('', { labels: { name: 'btnContinuar' } }))).toEqual(['click']);
  });

  it('looks up before it issues', () => {
    expect(press(button('Validar ticket'), button('Facturar'))).toEqual(['click Validar ticket']);
    expect(press(button('Agregar'), button('Facturar'))).toEqual(['click Agregar']);
  });

  it('prefers the button of its own form', () => {
    expect(press(button('Buscar', { formKey: 'search' }), button('Enviar'))).toEqual(['click Enviar']);
  });

  it('says that it may issue', () => {
    const page = snapshot({ elements: [...done(), button('Facturar')] });
    expect(decide(page)).toMatchObject({ kind: 'act', issueSuspect: true });
  });

  it('passes on when pressing twice led nowhere', () => {
    const target = button('Siguiente');
    const page = snapshot({ elements: [...done(), target] });
    expect(decide(page, { history: [clicked(page, target), clicked(page, target)] }).kind).toBe('pass');
  });
});

describe('before the form', () => {
  it('finds the way there', () => {
    const page = snapshot({
      elements: [
        link('Inicio'),
        link('Aviso de privacidad'),
        link('Manual de facturación'),
        link('Facturación electrónica'),
        link('Contacto'),
      ],
    });
    expect(doing(page, decide(page))).toEqual(['click Facturación electrónica']);
  });

  it('closes what covers it, and does not leave an address with a newsletter', () => {
    const page = snapshot({
      elements: [
        box('Folio', { covered: true }),
        button('Facturar', { covered: true }),
        box('Tu correo', { inDialog: true, formKey: 'd' }),
        button('Suscribirme', { inDialog: true, formKey: 'd' }),
        button('×', { inDialog: true, formKey: 'd' }),
      ],
    });
    expect(doing(page, decide(page))).toEqual(['click ×']);
  });

  it('asks a person for a CAPTCHA only when everything else is done', () => {
    const captcha = box('Escribe el texto de la imagen');
    const open = snapshot({ elements: [box('Folio'), captcha, button('Facturar')] });
    expect(doing(open, decide(open))).toEqual(['fill Folio']);
    const rest = snapshot({ elements: [...done(), captcha, button('Facturar')] });
    expect(decide(rest)).toMatchObject({ kind: 'needPerson', reason: 'captcha' });
    const solved = snapshot({ elements: [...done(), { ...captcha, value: 'X7K2' }, button('Facturar')] });
    expect(doing(solved, decide(solved))).toEqual(['click Facturar']);
  });

  it('takes a visible CAPTCHA frame for one, and an invisible badge for none', () => {
    const frame = (url: string) =>
      snapshot({
        elements: [...done(), button('Facturar')],
        frames: [
          { id: 'main', url: 'https://t.example/', main: true, captcha: null },
          { id: 'c', url, main: false, captcha: null },
        ],
      });
    expect(decide(frame('https://www.google.com/recaptcha/api2/anchor?k=1&size=normal'))).toMatchObject({
      kind: 'needPerson',
      reason: 'captcha',
    });
    expect(decide(frame('https://challenges.cloudflare.com/turnstile/if/b')).kind).toBe('needPerson');
    expect(decide(frame('https://www.google.com/recaptcha/api2/anchor?k=1&size=invisible')).kind).toBe('act');
  });
});

describe('where the invoice is', () => {
  const pressed = [clicked(snapshot(), button('Facturar'))];
  const typed = done();
  const history = [
    filled(snapshot(), typed[0]!, 'ticket.folio'),
    filled(snapshot(), typed[1]!, 'profile.rfc'),
    ...pressed,
  ];

  it('fetches the XML first, then the PDF, then nothing', () => {
    const page = snapshot({
      elements: [
        link('PDF', { download: true }),
        link('XML', { download: true }),
        link('Descargar manual', { download: true }),
      ],
      texts: [{ kind: 'alert', text: 'Factura generada con éxito' }],
    });
    expect(doing(page, decide(page, { history }))).toEqual(['click XML']);
    expect(doing(page, decide(page, { history, documents: [{ kind: 'xml' }] }))).toEqual(['click PDF']);
    expect(decide(page, { history, documents: [{ kind: 'xml' }, { kind: 'pdf' }] }).kind).toBe('pass');
  });

  it('waits for the mail that the page announces', () => {
    const page = snapshot({ texts: [{ kind: 'alert', text: 'Enviamos tu factura al correo registrado' }] });
    expect(decide(page, { previous: snapshot(), history })).toMatchObject({ kind: 'awaitDelivery' });
  });

  it('does not take a menu for it', () => {
    const page = snapshot({ elements: [box('Folio'), link('Descarga tu factura'), button('Buscar')] });
    expect(doing(page, decide(page))).toEqual(['fill Folio']);
  });
});

describe('while an invoice may exist', () => {
  const reconcile = { purpose: 'reconcile' as const };

  it('asks where invoices are printed again first', () => {
    const page = snapshot({
      elements: [box('Folio'), box('RFC'), button('Facturar'), link('Reimprimir factura')],
    });
    expect(doing(page, decide(page, reconcile))).toEqual(['click Reimprimir factura']);
  });

  it('does not fill in what only issuing needs', () => {
    const page = snapshot({ elements: [box('RFC'), box('Código postal'), button('Timbrar')] });
    const before = done()[0]!;
    expect(decide(page, { ...reconcile, history: [filled(page, before, 'ticket.folio')] }).kind).toBe('pass');
  });

  it('says "still offered" only of a page that shows the ticket as found', () => {
    const folio = done()[0]!;
    const search = snapshot({ elements: [folio, button('Buscar')], fingerprint: 'search' });
    const history = [filled(search, folio, 'ticket.folio'), clicked(search, button('Buscar'), 'consult')];
    const offer = (texts: { text: string; kind?: 'result' | 'heading' }[]) =>
      decide(snapshot({ elements: [box('RFC'), button('Facturar')], texts, fingerprint: 'offer' }), {
        ...reconcile,
        previous: search,
        history,
      });
    expect(offer([{ kind: 'result', text: 'Ticket A-004512 $1,160.00' }])).toMatchObject({
      kind: 'stillOffered',
      evidence: { text: 'Ticket A-004512 $1,160.00' },
    });
    expect(offer([{ kind: 'heading', text: 'Datos fiscales' }]).kind).toBe('pass');
    const asked = history.map((entry) => ({ ...entry, requests: 1 }));
    expect(
      decide(
        snapshot({
          elements: [box('RFC'), button('Facturar')],
          texts: [{ kind: 'heading', text: 'Datos fiscales' }],
          fingerprint: 'offer',
        }),
        { ...reconcile, previous: search, history: asked },
      ),
    ).toMatchObject({ kind: 'stillOffered' });
  });
});
