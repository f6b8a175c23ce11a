/** An element to be written: qualified name, attributes in order (`undefined` is left out), children. */
export type XmlNode = {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children?: readonly XmlNode[];
};

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A whole document on one line, as most PACs write it. */
export function writeXml(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeNode(root)}\n`;
}

function writeNode({ tag, attributes, children = [] }: XmlNode): string {
  const written = Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeAttribute(value)}"`))
    .join('');
  return children.length === 0
    ? `<${tag}${written}/>`
    : `<${tag}${written}>${children.map(writeNode).join('')}</${tag}>`;
}

function escapeAttribute(value: string): string {
  return value.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
