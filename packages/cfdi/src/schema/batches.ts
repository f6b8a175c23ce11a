import { complementOf } from '../known-complements.ts';
import { CFDI_NAMESPACE, elementsAt, type XmlElement } from '../xml/tree.ts';
import { COMPLEMENT_LIST } from './complement-schemas.ts';

/**
 * Elements and attributes of conceptos that libxml2 is given at a time. It cannot be stopped before it has told every
 * violation, each of which costs it more the longer the document: twenty thousand bad lines at once take it seventeen
 * seconds.
 */
export const BATCH_WEIGHT = 400;

/** What one concepto, or all of the rest, may weigh: some hundred taxes or customs numbers, beyond any invoice. */
export const HEAVIEST = 2_000;

export type Batches =
  | { readonly ok: true; readonly documents: Iterable<XmlElement> }
  /** No list but that of the conceptos is long in an invoice. `where`: the element that is too large to check. */
  | { readonly ok: false; readonly where: string };

/**
 * Cuts a `Comprobante` without Addenda into documents that follow the schema if, and only if, it does: each has all
 * of the invoice but its Complemento (whose inside no invoice schema judges), with some of the conceptos.
 */
export function inBatches(comprobante: XmlElement): Batches {
  const list = comprobante.children.find((child) => isNamed(child, 'Conceptos'));
  const conceptos = list?.children ?? [];
  const heavy = conceptos.find((concepto) => weigh(concepto) > HEAVIEST);
  if (heavy !== undefined) return { ok: false, where: heavy.name };
  const frame = comprobante.children.filter((child) => child !== list);
  const weight = frame.reduce((sum, child) => sum + (isNamed(child, 'Complemento') ? 0 : weigh(child)), 0);
  if (weight > HEAVIEST) return { ok: false, where: comprobante.name };
  if (list === undefined) return { ok: true, documents: [comprobante] };
  return { ok: true, documents: documentsOf(comprobante, list, group(conceptos)) };
}

function* documentsOf(
  comprobante: XmlElement,
  list: XmlElement,
  groups: Iterable<readonly XmlElement[]>,
): Generator<XmlElement> {
  for (const children of groups) {
    yield {
      ...comprobante,
      children: comprobante.children.map((child) => {
        if (child === list) return { ...list, children };
        return isNamed(child, 'Complemento') ? { ...child, children: [] } : child;
      }),
    };
  }
}

/** Neighbours together up to the weight; one group even if there is nobody. */
function* group(conceptos: readonly XmlElement[]): Generator<readonly XmlElement[]> {
  let together: XmlElement[] = [];
  let weight = 0;
  for (const concepto of conceptos) {
    const added = weigh(concepto);
    if (together.length > 0 && weight + added > BATCH_WEIGHT) {
      yield together;
      together = [];
      weight = 0;
    }
    together.push(concepto);
    weight += added;
  }
  yield together;
}

/**
 * The complements of a `Comprobante` that have a schema of ours, many of a kind at a time. Those that nobody knows are
 * left to the cadena, which names them.
 */
export function complementBatches(comprobante: XmlElement): Batches {
  const known = complementsOf(comprobante).filter((element) => complementOf(element) !== undefined);
  const heavy = known.find((complement) => weigh(complement) > HEAVIEST);
  if (heavy !== undefined) return { ok: false, where: heavy.name };
  return { ok: true, documents: complementDocuments(known) };
}

/** What stands in the Complemento and in those of the conceptos, in document order of each. */
function complementsOf(comprobante: XmlElement): readonly XmlElement[] {
  const holders = [
    ...elementsAt(comprobante, 'Complemento'),
    ...elementsAt(comprobante, 'Conceptos', 'Concepto', 'ComplementoConcepto'),
  ];
  return holders.flatMap(({ children }) => children);
}

function* complementDocuments(complements: readonly XmlElement[]): Generator<XmlElement> {
  for (const namespace of new Set(complements.map((complement) => complement.namespace))) {
    for (const children of group(complements.filter((complement) => complement.namespace === namespace))) {
      yield {
        namespace,
        name: COMPLEMENT_LIST,
        attributes: new Map(),
        qualifiedAttributes: [],
        children,
        text: '',
      };
    }
  }
}

function weigh(element: XmlElement): number {
  const own = 1 + element.attributes.size + element.qualifiedAttributes.length;
  return element.children.reduce((sum, child) => sum + weigh(child), own);
}

function isNamed({ namespace, name }: XmlElement, wanted: string): boolean {
  return namespace === CFDI_NAMESPACE && name === wanted;
}
