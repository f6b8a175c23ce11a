import { CFDI_NAMESPACE, type XmlElement } from '../xml/tree.ts';

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

function weigh(element: XmlElement): number {
  const own = 1 + element.attributes.size + element.qualifiedAttributes.length;
  return element.children.reduce((sum, child) => sum + weigh(child), own);
}

function isNamed({ namespace, name }: XmlElement, wanted: string): boolean {
  return namespace === CFDI_NAMESPACE && name === wanted;
}
