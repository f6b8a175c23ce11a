import { describe, expect, it } from 'vitest';
import { box, button, element, facts, link, snapshot } from '../testing/build-snapshot.ts';
import type { ElementView, HistoryEntry, TextView } from '../types.ts';
import { isIssueSuspect } from './issue-suspect.ts';

const typed: HistoryEntry[] = ['profile.rfc', 'ticket.folio'].map((source) => ({
  fingerprint: 'page',
  planned: {
    action: { kind: 'fill', target: 'x', value: { source, text: 'x' } },
    why: '',
    stepType: 'input',
    confidence: 1,
  },
  actKey: '',
  result: { ok: true, changed: false },
  planner: 'form',
}));

function suspect(
  target: ElementView,
  parts: {
    history?: HistoryEntry[];
    others?: ElementView[];
    texts?: (Partial<TextView> & { text: string })[];
  } = {},
): boolean {
  const page = snapshot({ elements: [target, ...(parts.others ?? [])], texts: parts.texts ?? [] });
  return isIssueSuspect(
    page,
    { kind: 'click', target: target.id },
    { facts: facts(), history: parts.history ?? typed },
  );
}

describe('a press that may issue', () => {
  it.each(['Facturar', 'Generar', 'Enviar', 'Aceptar', 'Confirmar', 'Finalizar', 'Sí', 'Submit'])(
    'is "%s" once receptor and ticket are known',
    (name) => {
      expect(suspect(button(name))).toBe(true);
    },
  );

  it('is one whose code says so, whatever it reads', () => {
    expect(suspect(button('Listo', { labels: { name: 'ctl00$btnFacturar ctl00_btnFacturar' } }))).toBe(true);
    expect(suspect(element({ role: 'image', name: '', labels: { name: 'img_timbrar' } }))).toBe(true);
  });

  it('is any answer but a withdrawal to a dialog that speaks of issuing', () => {
    const texts = [{ kind: 'dialog' as const, text: '¿Están correctos sus datos para la factura?' }];
    expect(suspect(button('Adelante', { inDialog: true }), { texts })).toBe(true);
    expect(suspect(button('Así está bien', { inDialog: true }), { texts })).toBe(true);
    expect(suspect(button('No, corregir', { inDialog: true }), { texts })).toBe(false);
  });

  it('is Enter in a form that has such a button', () => {
    const field = box('RFC');
    const page = snapshot({ elements: [field, button('Facturar')] });
    expect(
      isIssueSuspect(
        page,
        { kind: 'press', target: field.id, key: 'Enter' },
        { facts: facts(), history: typed },
      ),
    ).toBe(true);
    expect(
      isIssueSuspect(page, { kind: 'press', target: null, key: 'Enter' }, { facts: facts(), history: typed }),
    ).toBe(true);
    expect(
      isIssueSuspect(
        page,
        { kind: 'press', target: null, key: 'Escape' },
        { facts: facts(), history: typed },
      ),
    ).toBe(false);
  });

  it('is one on a page of a resumed session that shows the task’s values', () => {
    expect(
      suspect(button('Facturar'), { history: [], others: [box('RFC', { value: 'CACX7605101P8' })] }),
    ).toBe(true);
    expect(suspect(button('Facturar'), { history: [], texts: [{ text: 'Folio: A-004512' }] })).toBe(true);
  });
});

describe('a press that cannot issue', () => {
  it('is one at a portal that knows nothing of the task yet', () => {
    expect(suspect(link('Facturar'), { history: [] })).toBe(false);
    expect(suspect(button('Genera tu factura'), { history: [], others: [box('Folio')] })).toBe(false);
  });

  it.each(['Buscar', 'Consultar', 'Limpiar', 'Cancelar', 'Descargar factura', 'Agregar', 'Siguiente'])(
    'is "%s"',
    (name) => {
      expect(suspect(button(name))).toBe(false);
    },
  );

  it('is closing the message that refuses the ticket', () => {
    const texts = [{ kind: 'dialog' as const, text: 'El ticket ya fue facturado' }];
    expect(suspect(button('Entendido', { inDialog: true }), { texts })).toBe(false);
  });
});
