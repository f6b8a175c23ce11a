export { buildCadenaOriginal, buildTfdCadena, type Cadena } from './cadena/build-cadena.ts';
export { MICROS_PER_UNIT, formatAmount, parseAmount, type Micros } from './money.ts';
export { XML_LIMITS, parseXml, type ParsedXml, type XmlRefusalReason } from './xml/parse-xml.ts';
export {
  CFDI_NAMESPACE,
  STAMP_NAMESPACE,
  childrenNamed,
  elementsAt,
  type QualifiedAttribute,
  type XmlElement,
} from './xml/tree.ts';
