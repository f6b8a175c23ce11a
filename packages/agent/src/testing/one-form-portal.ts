/** A portal of one form, for tests of the loop. */
import type { HeldRequest } from '../loop/ports.ts';
import type { CapturedDocument, ElementView, Snapshot } from '../types.ts';
import { box, button, snapshot } from './build-snapshot.ts';
import { DONE, on, type FakePortal } from './fake-run.ts';

export const rfc = (value = 'CACX7605101P8') => box('RFC', { value });
export const folio = (value = 'A-004512') => box('Folio', { value });
export const form = (parts: Parameters<typeof snapshot>[0] = {}, elements: ElementView[] = []) =>
  snapshot({ fingerprint: 'form', ...parts, elements: [rfc(), folio(), ...elements, button('Facturar')] });

/** A portal of one form; pressing anything leads to `then`, after sending `requests` requests. */
export function portalOf(
  first: Snapshot,
  then: () => Snapshot,
  options: { requests?: number; request?: Partial<HeldRequest>; documents?: CapturedDocument[] } = {},
): FakePortal & { pressed: number } {
  const portal = {
    pressed: 0,
    page: () => (portal.pressed > 0 ? then() : first),
    act: async (action: { kind: string }, send: (request?: Partial<HeldRequest>) => Promise<string>) => {
      if (action.kind !== 'click') return DONE;
      for (let i = 0; i < (options.requests ?? 1); i += 1)
        if ((await send(options.request)) === 'refuse') return DONE;
      portal.pressed += 1;
      return DONE;
    },
    documents: () => (portal.pressed > 0 ? (options.documents ?? []) : []),
  };
  return portal;
}

export const pressIssue = (page: Snapshot) => on(page, 'Facturar', { suspect: true });
export const success = () =>
  snapshot({ fingerprint: 'done', texts: [{ kind: 'alert', text: 'Su factura fue generada con éxito' }] });
