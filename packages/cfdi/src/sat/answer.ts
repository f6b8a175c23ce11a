import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/tree.ts';

/** What SAT's register says of an invoice. Texts are SAT's own. */
export type SatStatus =
  | {
      readonly kind: 'valid';
      /** EsCancelable: `Cancelable sin aceptación`, `Cancelable con aceptación`, `No cancelable`. */
      readonly cancellable: string | null;
      /** EstatusCancelacion, such as `En proceso`; null when nobody asked for one. */
      readonly cancellation: string | null;
      /** ValidacionEFOS: the emisor stands on the list of those who issue for operations that never were. */
      readonly emisorIsListed: boolean | null;
    }
  | { readonly kind: 'cancelled'; readonly cancellation: string | null }
  /** Not in the register: not yet, shortly after stamping, or never. */
  | { readonly kind: 'not_found' };

export type SatAnswer =
  | { readonly ok: true; readonly status: SatStatus }
  /** `unreadable`: not the service's answer; `question_refused`: N 601, the expression has not the right form. */
  | { readonly ok: false; readonly reason: 'unreadable' | 'question_refused' };

const MOST_BYTES = 65_536;

/** Reads the SOAP answer of Consulta, from whoever sent it. */
export function readSatAnswer(bytes: Uint8Array): SatAnswer {
  if (bytes.byteLength > MOST_BYTES) return { ok: false, reason: 'unreadable' };
  const parsed = parseXml(bytes);
  const result = parsed.ok ? findNamed(parsed.root, 'ConsultaResult') : undefined;
  if (result === undefined) return { ok: false, reason: 'unreadable' };
  const told = new Map(result.children.map(({ name, text }) => [name, text.trim()]));
  const say = (name: string): string | null => {
    const text = told.get(name) ?? '';
    return text === '' ? null : text;
  };
  if (/^N\s*-\s*601/.test(say('CodigoEstatus') ?? '')) return { ok: false, reason: 'question_refused' };
  const status = statusOf(plain(say('Estado') ?? ''), say);
  return status === undefined ? { ok: false, reason: 'unreadable' } : { ok: true, status };
}

function statusOf(state: string, say: (name: string) => string | null): SatStatus | undefined {
  const cancellation = say('EstatusCancelacion');
  switch (state) {
    case 'vigente':
      return {
        kind: 'valid',
        cancellable: say('EsCancelable'),
        cancellation,
        emisorIsListed: isListed(say('ValidacionEFOS')),
      };
    case 'cancelado':
      return { kind: 'cancelled', cancellation };
    case 'no encontrado':
      return { kind: 'not_found' };
    default:
      return undefined;
  }
}

/** 200 and 201: neither the emisor nor those on whose behalf it issues are listed. Other codes name who is. */
function isListed(code: string | null): boolean | null {
  return code === null ? null : code !== '200' && code !== '201';
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The first element of a local name, at any depth: prefixes and wrappers of the envelope do not matter. */
function findNamed(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = findNamed(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
