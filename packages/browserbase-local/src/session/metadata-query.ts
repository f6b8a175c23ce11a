/** What `q` asks for: the value at this path of the user's metadata is this string. */
export type MetadataQuery = { readonly path: readonly string[]; readonly value: string };

const QUERY = /^\s*user_metadata((?:\[(?:'[^']*'|"[^"]*")\])+)\s*:\s*(?:'([^']*)'|"([^"]*)")\s*$/;
const KEY = /\[(?:'([^']*)'|"([^"]*)")\]/g;

/**
 * Parses Browserbase's query of sessions, `user_metadata['run']['id']:'abc'`.
 * @returns undefined when the text is no such query
 */
export const parseMetadataQuery = (text: string): MetadataQuery | undefined => {
  const match = QUERY.exec(text);
  if (match === null) return undefined;
  const path = [...(match[1] ?? '').matchAll(KEY)].map(([, single, double]) => single ?? double ?? '');
  return { path, value: match[2] ?? match[3] ?? '' };
};

/** Only strings match, as at Browserbase: a number or boolean is never equal. */
export const matchesMetadata = ({ path, value }: MetadataQuery, metadata: unknown): boolean => {
  let at: unknown = metadata;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return at === value;
};
