/** `metadata[key]=value` in a query: pairs that a task's metadata must have. */
import type { z } from 'zod';

const NAME = /^metadata\[(.{1,40})\]$/;
/** As many as a task may have. */
const MOST_PAIRS = 20;

/** Lets such names pass besides the ones of the schema, and no others. */
export function checkMetadataNames(known: readonly string[]) {
  return (query: Record<string, unknown>, context: z.core.$RefinementCtx): void => {
    const others = Object.entries(query).filter(([name]) => !known.includes(name));
    const strange = others.filter(([name]) => !NAME.test(name)).map(([name]) => name);
    if (strange.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: strange, input: query });
    for (const [name, value] of others) {
      if (NAME.test(name) && (typeof value !== 'string' || value.length > 500)) {
        const message = 'one value of at most 500 characters';
        context.addIssue({ code: 'custom', path: [name], message, input: value });
      }
    }
    if (others.length - strange.length > MOST_PAIRS) {
      context.addIssue({ code: 'custom', message: `at most ${MOST_PAIRS} pairs of metadata`, input: query });
    }
  };
}

/** The pairs of a query that was checked. */
export function metadataOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]): [string, string][] => {
      const key = NAME.exec(name)?.[1];
      return key === undefined || typeof value !== 'string' ? [] : [[key, value]];
    }),
  );
}
