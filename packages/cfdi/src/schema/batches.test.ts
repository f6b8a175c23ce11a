import { describe, expect, it } from 'vitest';
import { CFDI_NAMESPACE, elementsAt, type XmlElement } from '../xml/tree.ts';
import { BATCH_WEIGHT, HEAVIEST, inBatches } from './batches.ts';

function element(name: string, children: readonly XmlElement[] = []): XmlElement {
  return {
    namespace: CFDI_NAMESPACE,
    name,
    attributes: new Map(),
    qualifiedAttributes: [],
    children,
    text: '',
  };
}

function elements(name: string, count: number): readonly XmlElement[] {
  return Array.from({ length: count }, () => element(name));
}

function sizes(conceptos: readonly XmlElement[]): readonly number[] | string {
  const batches = inBatches(element('Comprobante', [element('Emisor'), element('Conceptos', conceptos)]));
  if (!batches.ok) return batches.where;
  return [...batches.documents].map((document) => elementsAt(document, 'Conceptos', 'Concepto').length);
}

describe('inBatches', () => {
  it('leaves an invoice whole that is not long', () => {
    expect(sizes(elements('Concepto', 3))).toEqual([3]);
    expect(sizes([])).toEqual([0]);
  });

  it('gives every concepto once, a bounded number at a time', () => {
    expect(sizes(elements('Concepto', BATCH_WEIGHT * 2 + 1))).toEqual([BATCH_WEIGHT, BATCH_WEIGHT, 1]);
  });

  it('refuses one concepto beyond all measure, and an invoice that is long elsewhere', () => {
    expect(sizes([element('Concepto', elements('Parte', HEAVIEST))])).toBe('Concepto');
    const related = element('CfdiRelacionados', elements('CfdiRelacionado', HEAVIEST));
    expect(inBatches(element('Comprobante', [related]))).toEqual({ ok: false, where: 'Comprobante' });
  });

  it('does not weigh what stands in the Complemento', () => {
    const complemento = element('Complemento', elements('x', HEAVIEST * 2));
    expect(inBatches(element('Comprobante', [complemento]))).toMatchObject({ ok: true });
  });
});
