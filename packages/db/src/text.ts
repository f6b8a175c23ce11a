/** Text as Postgres can hold it: portals and receivers of webhooks send bytes that neither `text` nor `jsonb` takes. */

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Without NUL, and with lone surrogates replaced. */
export function pgText(value: string): string {
  return value.replaceAll('\0', '').replaceAll(LONE_SURROGATE, '\ufffd');
}

/** JSON for a `jsonb` parameter, every string in it as Postgres can hold it. */
export function pgJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? pgText(item) : item));
}
