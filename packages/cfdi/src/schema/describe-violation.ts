/** Where a document breaks its schema, and which rule: never the value, which may be anybody's data. */
export type Violation = {
  /** `Emisor` or `Emisor/@Rfc`. */
  readonly where: string;
  readonly rule: string;
};

const SUBJECT = /^Element '(?:\{[^}]*\})?([^']+)'(?:, attribute '(?:\{[^}]*\})?([^']+)')?: (.*)$/s;
const MISSING_ATTRIBUTE = /^The attribute '([^']+)' is required but missing/;
const FACET = /^\[facet '([A-Za-z]+)'\]/;

const RULES: readonly (readonly [start: RegExp, rule: string])[] = [
  [/^Missing child element/, 'incomplete'],
  [/^This element is not expected/, 'unexpected'],
  [/^The attribute '[^']+' is not allowed/, 'not_allowed'],
  [/^Character content/, 'text_not_allowed'],
  [/is not a valid value of/, 'type'],
];

/** Reads a message of libxml2's schema validator. */
export function describeViolation(message: string): Violation {
  const [, element = 'Comprobante', attribute, problem = ''] = SUBJECT.exec(message) ?? [];
  const where = clip(attribute === undefined ? element : `${element}/@${attribute}`);
  const [, missing] = MISSING_ATTRIBUTE.exec(problem) ?? [];
  if (missing !== undefined) return { where: clip(`${element}/@${missing}`), rule: 'missing' };
  const [, facet] = FACET.exec(problem) ?? [];
  const [, rule = 'other'] = RULES.find(([start]) => start.test(problem)) ?? [];
  return { where, rule: facet ?? rule };
}

/** Names come from the document too, and may be as long as it likes. */
function clip(name: string): string {
  return name.slice(0, 80);
}
