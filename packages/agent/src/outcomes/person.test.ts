import { describe, expect, it } from 'vitest';
import { box, button, element, select, snapshot } from '../testing/build-snapshot.ts';
import type { HistoryEntry, Snapshot } from '../types.ts';
import { readObstacle } from './obstacles.ts';
import { openWidget, readCaptcha, readTwoFactor, refusesAnswer } from './person.ts';
import { readOutcome } from './read-outcome.ts';
import { facts } from '../testing/build-snapshot.ts';

const nothing = { previous: null, history: [] };
const frame = (url: string, captcha: 'open' | 'solved' | null = null) => ({
  id: 'f1',
  url,
  main: false,
  captcha,
});
const answered: HistoryEntry = {
  fingerprint: '',
  actKey: 'k',
  planner: 'person',
  planned: {
    action: { kind: 'type', target: 'e', value: { source: 'person.answer', text: 'X' } },
    why: '',
    stepType: 'input',
    confidence: 1,
  },
  result: { ok: true, changed: true },
};

describe('a CAPTCHA', () => {
  it.each([
    ['Escriba los caracteres que aparecen en la imagen', {}],
    ['Código de seguridad', {}],
    ['Captcha', {}],
    ['Type the characters you see in the image', {}],
    ['¿Cuánto es 7 + 4?', {}],
    ['Código', { besideCaptcha: true }],
  ])('is a field that asks "%s"', (label, parts) => {
    const field = box(label, parts);
    const page = snapshot({ elements: [box('Folio'), field, button('Buscar')] });
    expect(readCaptcha(page, nothing)).toMatchObject({ fields: [field.id] });
  });

  it.each([
    ['a code of the ticket', box('Código de facturación')],
    ['a postal code', box('Código postal')],
    ['a list', select('Captcha', ['a', 'b'])],
    ['one that is hidden', box('Captcha', { visible: false })],
    ['one that holds its answer already', box('Captcha', { value: 'K7P2' })],
  ])('is not %s', (_name, field) => {
    expect(readCaptcha(snapshot({ elements: [field, button('Buscar')] }), nothing)).toBeNull();
  });

  it.each([
    'https://www.google.com/recaptcha/api2/anchor?k=1&size=normal',
    'https://newassets.hcaptcha.com/captcha/v1/x#frame=checkbox',
    'https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/b/turnstile/if/ov2',
  ])('is the widget %s, until it is solved', (url) => {
    const open = snapshot({
      frames: [{ ...frame('https://tienda.example/', 'open'), main: true }, frame(url)],
    });
    expect(readCaptcha(open, nothing)).toMatchObject({ fields: [] });
    const solved = snapshot({
      frames: [{ ...frame('https://tienda.example/', 'solved'), main: true }, frame(url)],
    });
    expect(readCaptcha(solved, nothing)).toBeNull();
  });

  it('is no widget that scores without being seen', () => {
    const url = 'https://www.google.com/recaptcha/api2/anchor?k=1&size=invisible';
    expect(openWidget(snapshot({ frames: [frame(url)] }))).toBeNull();
  });
});

describe('the refusal of an answer', () => {
  const field = () => box('Código de la imagen');
  const page = (said: string, parts: Partial<Snapshot> = {}) =>
    snapshot({
      elements: [box('Folio', { value: 'A-004512' }), field()],
      texts: [{ kind: 'alert', text: said }],
      ...parts,
    });

  it.each([
    'El código de la imagen es incorrecto. Intente de nuevo.',
    'Captcha inválido',
    'Los caracteres no coinciden con la imagen',
    'Código incorrecto',
    'The characters do not match',
  ])('"%s" asks again, and says nothing of the ticket', (said) => {
    const before = snapshot({ elements: [box('Folio'), { ...field(), value: 'X' }] });
    const context = { previous: before, history: [answered] };
    const after = page(said);
    expect(readCaptcha(after, context)?.evidence.text).toBe(said);
    expect(readOutcome(after, { ...context, facts: facts() })).toBeNull();
  });

  it.each(['El folio es incorrecto', 'Ticket no encontrado', 'El código postal es incorrecto'])(
    '"%s" is about something else',
    (said) => {
      expect(refusesAnswer(said.toLowerCase(), page(said), [answered])).toBe(false);
    },
  );

  it('is read in the same words twice where the field was emptied meanwhile', () => {
    const said = 'Código de la imagen incorrecto';
    const typed = snapshot({
      elements: [box('Folio'), box('Código de la imagen', { value: 'X' })],
      texts: [{ kind: 'alert', text: said }],
    });
    expect(readCaptcha(page(said), { previous: typed, history: [answered] })?.evidence.kind).toBe('alert');
  });
});

describe('a firewall', () => {
  const words = { title: 'Just a moment...', texts: [{ text: 'Checking your browser before accessing.' }] };

  it('with nothing to solve has blocked us', () => {
    expect(readObstacle(snapshot({ ...words, httpStatus: 403 }))).toMatchObject({
      code: 'blocked_by_vendor',
    });
  });

  it('that shows something to solve asks a person', () => {
    const frames = [frame('https://challenges.cloudflare.com/turnstile/x')];
    expect(readObstacle(snapshot({ ...words, httpStatus: 403, frames }))).toBeNull();
  });
});

describe('a code that was sent', () => {
  it('goes into one field', () => {
    const field = box('Código que te enviamos por SMS');
    expect(readTwoFactor(snapshot({ elements: [field] }))).toMatchObject({ fields: [field.id] });
  });

  it('or into a row of boxes', () => {
    const digits = Array.from({ length: 6 }, (_, index) =>
      element({
        maxLength: 1,
        labels: { group: 'Código enviado a tu correo', name: `otp${index}` },
        autocomplete: 'one-time-code',
      }),
    );
    expect(readTwoFactor(snapshot({ elements: digits }))?.fields.length).toBeGreaterThanOrEqual(1);
  });
});
