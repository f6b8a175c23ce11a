import { childrenNamed, elementsAt, type XmlElement } from '../xml/tree.ts';
import { emitComplement } from './complements.ts';
import { emitFields } from './emit.ts';
import { CADENA_FIELDS } from './fields.ts';

export type Cadena =
  | { readonly ok: true; readonly cadena: string }
  | {
      readonly ok: false;
      /** `{namespace}name` of every complement whose place in the cadena we do not know. */
      readonly unsupported: readonly string[];
    };

/**
 * The cadena original of a CFDI 4.0: the text that the emisor's seal signs, encoded in UTF-8. Source: Anexo 20 and
 * cadenaoriginal_4_0; a table walk gives what SAT's XSLT gives. Takes the `Comprobante` element. The cadena is not
 * injective (`Serie="A"` and `Folio="A"` give the same), so a good seal proves nothing about an invalid document.
 */
export function buildCadenaOriginal(comprobante: XmlElement): Cadena {
  const unsupported = new Set<string>();
  const complements = (holder: XmlElement): string =>
    holder.children
      .map((child) => {
        const part = emitComplement(child);
        if (part === undefined) unsupported.add(`{${child.namespace}}${child.name}`);
        return part ?? '';
      })
      .join('');

  const parts = [
    emitFields(comprobante, CADENA_FIELDS.Comprobante),
    emitEach(comprobante, ['InformacionGlobal'], CADENA_FIELDS.InformacionGlobal),
    ...childrenNamed(comprobante, 'CfdiRelacionados').map(
      (group) =>
        emitFields(group, CADENA_FIELDS.CfdiRelacionados) +
        emitEach(group, ['CfdiRelacionado'], CADENA_FIELDS.CfdiRelacionado),
    ),
    emitEach(comprobante, ['Emisor'], CADENA_FIELDS.Emisor),
    emitEach(comprobante, ['Receptor'], CADENA_FIELDS.Receptor),
    ...elementsAt(comprobante, 'Conceptos', 'Concepto').map((concepto) =>
      emitConcepto(concepto, complements),
    ),
    ...childrenNamed(comprobante, 'Impuestos').map(emitGlobalTaxes),
    ...childrenNamed(comprobante, 'Complemento').map(complements),
  ];
  return unsupported.size > 0
    ? { ok: false, unsupported: [...unsupported] }
    : { ok: true, cadena: `|${parts.join('')}||` };
}

/** The cadena of the stamp (TFD 1.1), which the PAC's seal signs. Takes the `TimbreFiscalDigital` element. */
export function buildTfdCadena(stamp: XmlElement): string {
  return `|${emitFields(stamp, CADENA_FIELDS.TimbreFiscalDigital)}||`;
}

function emitEach(element: XmlElement, path: readonly string[], fields: string): string {
  return elementsAt(element, ...path)
    .map((found) => emitFields(found, fields))
    .join('');
}

function emitConcepto(concepto: XmlElement, complements: (holder: XmlElement) => string): string {
  const customs = (holder: XmlElement): string =>
    emitEach(holder, ['InformacionAduanera'], CADENA_FIELDS.InformacionAduanera);
  return [
    emitFields(concepto, CADENA_FIELDS.Concepto),
    emitEach(concepto, ['Impuestos', 'Traslados', 'Traslado'], CADENA_FIELDS.Traslado),
    emitEach(concepto, ['Impuestos', 'Retenciones', 'Retencion'], CADENA_FIELDS.RetencionOfConcepto),
    emitEach(concepto, ['ACuentaTerceros'], CADENA_FIELDS.ACuentaTerceros),
    customs(concepto),
    emitEach(concepto, ['CuentaPredial'], CADENA_FIELDS.CuentaPredial),
    ...childrenNamed(concepto, 'ComplementoConcepto').map(complements),
    ...childrenNamed(concepto, 'Parte').map((part) => emitFields(part, CADENA_FIELDS.Parte) + customs(part)),
  ].join('');
}

/** Here the retenciones come first, and each total after its own list; inside a concepto it is the other way round. */
function emitGlobalTaxes(taxes: XmlElement): string {
  return [
    emitEach(taxes, ['Retenciones', 'Retencion'], CADENA_FIELDS.RetencionOfComprobante),
    emitFields(taxes, 'TotalImpuestosRetenidos?'),
    emitEach(taxes, ['Traslados', 'Traslado'], CADENA_FIELDS.Traslado),
    emitFields(taxes, 'TotalImpuestosTrasladados?'),
  ].join('');
}
