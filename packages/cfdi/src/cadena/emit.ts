import type { XmlElement } from '../xml/tree.ts';

/**
 * XPath's normalize-space: only space, tab and the two line ends are white space. `\s` would also take NBSP and its
 * kin, and break the seal of every invoice that has one in a description.
 */
export function normaliseSpace(value: string): string {
  return value.replace(/[\x20\t\n\r]+/g, ' ').replace(/^ | $/g, '');
}

/** `|value` for each field of a list such as `Rfc Nombre FacAtrAdquirente?`, taken from the attributes. */
export function emitFields(element: XmlElement, fields: string): string {
  return fields
    .split(' ')
    .map((field) => {
      const optional = field.endsWith('?');
      const value = element.attributes.get(optional ? field.slice(0, -1) : field);
      if (value === undefined) return optional ? '' : '|';
      return `|${normaliseSpace(value)}`;
    })
    .join('');
}
