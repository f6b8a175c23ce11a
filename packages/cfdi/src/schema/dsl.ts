import { escapeXml } from '../xml/write-xml.ts';

/**
 * A few words for writing an XML schema, enough for CFDI 4.0. Attributes are a list such as `Rfc:rfc Serie?:text25`:
 * name, `?` if optional, and the name of a simple type.
 */

/** A simple type restricts one of XSD's own. `facets` is ready XSD. */
export type SimpleType = {
  readonly base: 'string' | 'decimal' | 'date' | 'dateTime' | 'short';
  readonly facets: string;
  /** Collapse unless spaces count, as they do in the number of a pedimento. */
  readonly whiteSpace?: 'collapse' | 'preserve';
};

/** How often an element comes, and in words of its parent's order. */
export type Occurrence = 'once' | 'optional' | 'many' | 'any';

/** Writes one element with its attributes and, in order, its children. */
export function element(
  name: string,
  attributes: string,
  children: readonly string[] = [],
  occurrence: Occurrence = 'once',
): string {
  const sequence = children.length === 0 ? '' : `<xs:sequence>${children.join('')}</xs:sequence>`;
  const type = `<xs:complexType>${sequence}${attributes.split(' ').map(attribute).join('')}</xs:complexType>`;
  return `<xs:element name="${name}"${OCCURS[occurrence]}>${type}</xs:element>`;
}

/** Anything well formed: what is inside has rules of its own. */
export function anything(occurrence: Occurrence): string {
  return `<xs:any${OCCURS[occurrence]} processContents="skip"/>`;
}

/** Any number of the children, one after the other as they like. */
export function anyOrder(children: readonly string[]): string {
  return `<xs:choice minOccurs="0" maxOccurs="unbounded">${children.join('')}</xs:choice>`;
}

export function pattern(expression: string): string {
  return `<xs:pattern value="${escapeXml(expression)}"/>`;
}

export function length(shortest: number, longest: number): string {
  return `<xs:minLength value="${shortest}"/><xs:maxLength value="${longest}"/>`;
}

export function oneOf(codes: Iterable<string>): string {
  return [...codes].map((code) => `<xs:enumeration value="${code}"/>`).join('');
}

/** A whole schema of one namespace. */
export function schema(namespace: string, types: Readonly<Record<string, SimpleType>>, root: string): string {
  const written = Object.entries(types).map(
    ([name, { base, facets, whiteSpace = 'collapse' }]) =>
      `<xs:simpleType name="${name}"><xs:restriction base="xs:${base}">` +
      `<xs:whiteSpace value="${whiteSpace}"/>${facets}</xs:restriction></xs:simpleType>`,
  );
  return (
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${namespace}" ` +
    `targetNamespace="${namespace}" elementFormDefault="qualified">${written.join('')}${root}</xs:schema>`
  );
}

const OCCURS: Readonly<Record<Occurrence, string>> = {
  once: '',
  optional: ' minOccurs="0"',
  many: ' maxOccurs="unbounded"',
  any: ' minOccurs="0" maxOccurs="unbounded"',
};

function attribute(declaration: string): string {
  if (declaration === '') return '';
  const [name = '', type = ''] = declaration.split(':');
  const optional = name.endsWith('?');
  const use = optional ? 'optional' : 'required';
  return `<xs:attribute name="${optional ? name.slice(0, -1) : name}" type="t:${type}" use="${use}"/>`;
}
