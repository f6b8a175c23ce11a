/** Text as Postgres can hold it: portals and receivers of webhooks send bytes that neither `text` nor `jsonb` takes. */

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Without NUL, and with lone surrogates replaced. */
export function pgText(value: string): string {
  return value.replaceAll('\0', '').replaceAll(LONE_SURROGATE, '\ufffd');
}

/** How JSON writes what Postgres cannot hold (or text that looks like it): `\u0000`, and halves of a surrogate pair. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** JSON for a `json` or `jsonb` parameter, every string in it as Postgres can hold it. */
export function pgJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? pgText(item) : item));
}
