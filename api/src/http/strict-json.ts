/** JSON without the parts that two readers understand differently. */

export type StrictJson = { ok: true; value: unknown } | { ok: false; code: StrictJsonError; message: string };

export type StrictJsonError =
  'invalid_utf8' | 'malformed_json' | 'too_deep' | 'duplicate_key' | 'forbidden_key' | 'forbidden_character';

/** Deepest nesting of objects and arrays. */
export const MAX_JSON_DEPTH = 32;

/**
 * Lets a body pass that every JSON reader understands in the same way: UTF-8, no key twice in one object, no NUL and
 * no half of a surrogate pair (Postgres stores neither), no `__proto__`, at most 32 levels.
 */
export function checkStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  let value: unknown;
  try {
    // A byte order mark is kept, and refused below: it is no JSON.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('invalid_utf8', 'The body is not UTF-8.');
  }
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    return refuse('malformed_json', 'The body is not JSON.');
  }
  const structure = checkStructure(text);
  if (structure !== null) return structure;
  if (!hasOnlyStorableText(value)) {
    return refuse('forbidden_character', 'NUL and unpaired surrogates are not allowed.');
  }
  return { ok: true, value };
}

// A string (unrolled, so that a long one does not backtrack) or one of the six marks; the rest is of no interest.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** Depth and keys of a text that is known to be JSON: `JSON.parse` keeps the last of two equal keys and says nothing. */
function checkStructure(text: string): Extract<StrictJson, { ok: false }> | null {
  const open: ({ keys: Set<string>; keyNext: boolean } | 'array')[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? { keys: new Set(), keyNext: true } : 'array');
      if (open.length > MAX_JSON_DEPTH) {
        return refuse('too_deep', `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
      }
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (inside !== undefined && inside !== 'array') {
      if (token === ',') inside.keyNext = true;
      else if (token === ':') inside.keyNext = false;
      else if (inside.keyNext) {
        const key = String(JSON.parse(token));
        if (key === '__proto__') return refuse('forbidden_key', 'The key `__proto__` is not allowed.');
        if (inside.keys.has(key)) return refuse('duplicate_key', 'A key stands twice in one object.');
        inside.keys.add(key);
      }
    }
  }
  return null;
}

function hasOnlyStorableText(value: unknown): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, inner]) => hasOnlyStorableText(key) && hasOnlyStorableText(inner),
  );
}

function refuse(code: StrictJsonError, message: string): Extract<StrictJson, { ok: false }> {
  return { ok: false, code, message };
}
