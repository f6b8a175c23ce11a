import type { CfdiFacts } from './facts.ts';
import { proofFinding, type ProofFinding } from './proof-findings.ts';
import { readFacts } from './read-facts.ts';
import { parseXml } from './xml/parse-xml.ts';
import { CFDI_NAMESPACE, type XmlElement } from './xml/tree.ts';

export type ReadCfdi =
  | { readonly ok: true; readonly comprobante: XmlElement }
  | { readonly ok: false; readonly finding: ProofFinding };

export type ParsedCfdi =
  | { readonly ok: true; readonly comprobante: XmlElement; readonly facts: CfdiFacts }
  | { readonly ok: false; readonly finding: ProofFinding };

/**
 * Reads a CFDI 4.0 safely, whoever sent it, and says what it states. It proves nothing: see verifyCfdi. Fails with
 * `xml_malformed`, `not_cfdi_40`, or `schema_invalid` where a fact that every invoice has is absent.
 */
export function parseCfdi(bytes: Uint8Array): ParsedCfdi {
  const read = readComprobante(bytes);
  if (!read.ok) return read;
  const { comprobante } = read;
  const facts = readFacts(comprobante);
  return facts.ok
    ? { ok: true, comprobante, facts: facts.facts }
    : { ok: false, finding: proofFinding('schema_invalid', { where: facts.where, rule: 'missing' }) };
}

/** The `Comprobante` of a CFDI 4.0 in bytes that nobody vouches for. */
export function readComprobante(bytes: Uint8Array): ReadCfdi {
  const parsed = parseXml(bytes);
  if (!parsed.ok) {
    const { reason, line, column } = parsed;
    const position = line === undefined || column === undefined ? {} : { line, column };
    return { ok: false, finding: proofFinding('xml_malformed', { reason, ...position }) };
  }
  const { root } = parsed;
  const version = root.attributes.get('Version') ?? '';
  if (root.namespace !== CFDI_NAMESPACE || root.name !== 'Comprobante' || version !== '4.0') {
    return {
      ok: false,
      finding: proofFinding('not_cfdi_40', { root: root.name.slice(0, 80), version: version.slice(0, 8) }),
    };
  }
  return { ok: true, comprobante: root };
}
