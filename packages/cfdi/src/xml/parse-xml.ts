import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { QualifiedAttribute, XmlElement } from './tree.ts';

/** What a document may cost us. They hold inside the Addenda too, where a vendor may put anything. */
export const XML_LIMITS = {
  bytes: 2_097_152,
  depth: 40,
  elements: 20_000,
  attributesPerElement: 100,
  /** Of `-`, `?` and `]` together: each may end a comment, an instruction or CDATA, so the parser stops there to look. */
  possibleEnds: 200_000,
} as const;

/** Why a document was refused. Closed list; never carries text of the document. */
export type XmlRefusalReason =
  | 'too_large'
  | 'not_utf8'
  | 'not_xml_1_0'
  | 'doctype'
  | 'too_deep'
  | 'too_many_elements'
  | 'too_many_attributes'
  | 'too_many_possible_ends'
  | 'not_well_formed';

export type ParsedXml =
  | { readonly ok: true; readonly root: XmlElement }
  | {
      readonly ok: false;
      readonly reason: XmlRefusalReason;
      /** Where the parser stood, 1-based; absent when it never started. */
      readonly line?: number;
      readonly column?: number;
    };

/** Leaves the parser at once: saxes itself would go on to the end of the input after an error. */
class Refusal extends Error {
  readonly reason: XmlRefusalReason;
  constructor(reason: XmlRefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

type GrowingElement = XmlElement & {
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
};

/**
 * Reads bytes that nobody vouches for: strict XML 1.0 with namespaces, UTF-8 only (a byte order mark is fine), no
 * DOCTYPE, hence no entities but the five predefined, within {@link XML_LIMITS}. Never throws on bad input.
 */
export function parseXml(bytes: Uint8Array): ParsedXml {
  if (bytes.byteLength > XML_LIMITS.bytes) return { ok: false, reason: 'too_large' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'not_utf8' };
  }
  if (countPossibleEnds(text) > XML_LIMITS.possibleEnds)
    return { ok: false, reason: 'too_many_possible_ends' };
  const parser = new SaxesParser({ xmlns: true });
  const tree = growTree(parser);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, reason: error.reason, line: parser.line, column: parser.columnIndex + 1 };
  }
  const root = tree.root();
  return root === undefined ? { ok: false, reason: 'not_well_formed' } : { ok: true, root };
}

function countPossibleEnds(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === HYPHEN || code === QUESTION_MARK || code === CLOSING_BRACKET) count += 1;
  }
  return count;
}

const HYPHEN = 0x2d;
const QUESTION_MARK = 0x3f;
const CLOSING_BRACKET = 0x5d;

function growTree(parser: SaxesParser<{ xmlns: true }>): { root(): XmlElement | undefined } {
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;
  const open: GrowingElement[] = [];
  const refuse = (reason: XmlRefusalReason): never => {
    throw new Refusal(reason);
  };
  const append = (text: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
  };

  parser.on('error', () => refuse('not_well_formed'));
  parser.on('doctype', () => refuse('doctype'));
  parser.on('xmldecl', ({ version, encoding }) => {
    // XML 1.1 has other line ends and other name characters: what we read must be what every reader reads.
    if (version !== '1.0') refuse('not_xml_1_0');
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) refuse('not_utf8');
  });
  parser.on('opentagstart', () => {
    elements += 1;
    attributes = 0;
    if (elements > XML_LIMITS.elements) refuse('too_many_elements');
    if (open.length >= XML_LIMITS.depth) refuse('too_deep');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > XML_LIMITS.attributesPerElement) refuse('too_many_attributes');
  });
  parser.on('opentag', (tag) => {
    const element = toElement(tag);
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', append);
  parser.on('cdata', append);
  return { root: () => root };
}

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

function toElement(tag: SaxesTagNS): GrowingElement {
  const attributes = new Map<string, string>();
  const qualifiedAttributes: QualifiedAttribute[] = [];
  for (const { uri, local, value } of Object.values(tag.attributes)) {
    if (uri === '') attributes.set(local, value);
    else if (uri !== XMLNS_NAMESPACE) qualifiedAttributes.push({ namespace: uri, name: local, value });
  }
  return { namespace: tag.uri, name: tag.local, attributes, qualifiedAttributes, children: [], text: '' };
}
