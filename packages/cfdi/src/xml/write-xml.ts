import type { XmlElement } from './tree.ts';

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/**
 * Writes an element as a document of its own that says exactly what we read, and nothing else: no prefixes but those
 * of qualified attributes, no comments, no instructions.
 */
export function writeXml(element: XmlElement): string {
  const parts: string[] = [];
  writeElement(element, '', parts);
  return parts.join('');
}

function writeElement(element: XmlElement, inherited: string, parts: string[]): void {
  const { namespace, name, attributes, qualifiedAttributes, children, text } = element;
  parts.push('<', name);
  if (namespace !== inherited) parts.push(' xmlns="', escapeXml(namespace), '"');
  for (const [attribute, value] of attributes) parts.push(' ', attribute, '="', escapeXml(value), '"');
  qualifiedAttributes.forEach((attribute, index) => {
    const prefix = attribute.namespace === XML_NAMESPACE ? 'xml' : `q${index}`;
    if (prefix !== 'xml') parts.push(' xmlns:', prefix, '="', escapeXml(attribute.namespace), '"');
    parts.push(' ', prefix, ':', attribute.name, '="', escapeXml(attribute.value), '"');
  });
  if (children.length === 0 && text === '') {
    parts.push('/>');
    return;
  }
  parts.push('>', escapeXml(text));
  for (const child of children) writeElement(child, namespace, parts);
  parts.push('</', name, '>');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** For text and for attributes between double quotes; white space is kept as it is. */
export function escapeXml(value: string): string {
  return value.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
