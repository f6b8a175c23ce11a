/** Building blocks shared by the wire schemas. */
import { z } from 'zod';

export const MODES = ['live', 'test'] as const;
/** `live` or `test`: given by the API key, on every row; ids of the other mode are 404. */
export const modeSchema = z.enum(MODES).meta({
  id: 'Mode',
  description:
    '`live`: real invoices. `test`: the sandbox. Given by the key; each sees nothing of the other.',
});
export type Mode = z.infer<typeof modeSchema>;

/** A time on the wire: ISO 8601, UTC. */
export const timestampSchema = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC.', examples: ['2026-11-20T18:30:00.000Z'] });

/**
 * `schema` or null, as `anyOf`. (`schema.nullable()` of a named schema becomes an `allOf` in OpenAPI that no null
 * satisfies.)
 */
export function orNull<T extends z.ZodType>(schema: T) {
  return z.union([schema, z.null()]);
}

// C0 controls, DEL and C1 controls; a new line has no place in a one-line value of a ticket either.
const NO_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** One-line text: NFC and trimmed first, then without control characters and of `min` to `max` characters. */
export function textSchema(max: number, min = 1) {
  return z
    .string()
    .normalize('NFC')
    .trim()
    .min(min)
    .max(max)
    .regex(NO_CONTROLS, { error: 'control characters are not allowed' });
}

/** Money in Mexican pesos: a JSON number above 0 with at most 2 decimals, at most 999,999,999,999.99. */
export const amountSchema = z
  .number()
  .positive()
  .max(999_999_999_999.99)
  .refine((value) => toCents(value) !== null, { error: 'at most 2 decimals' })
  .meta({ description: 'Pesos, at most 2 decimals.', examples: [1160] });

/** Integer cents of a wire amount, or null when it has more than 2 decimals. Exact: goes by the decimal text. */
export function toCents(amount: number): bigint | null {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(amount));
  if (match === null) return null;
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}

/** `metadata` of a task: the integrator's own keys, returned as given. */
export const metadataSchema = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((value) => Object.keys(value).length <= 20, { error: 'at most 20 keys' })
  .meta({ id: 'Metadata', description: 'Up to 20 keys of your own, values up to 500 characters.' });

/** The envelope of every list. */
export function listOf<T extends z.ZodType>(id: string, item: T) {
  return z
    .object({
      data: z.array(item),
      hasMore: z.boolean().meta({ description: 'Whether a further page exists in this direction.' }),
      nextCursor: z.string().nullable().meta({ description: 'Pass it as `after` to get the next page.' }),
    })
    .meta({ id });
}

export const listQuerySchema = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .meta({ description: 'Items of one page at most.' }),
  after: z.string().max(200).optional(),
  before: z.string().max(200).optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** A parameter of a query that may be given once or several times, at most `max` times: a list of its values. */
export function repeatable<Schema extends z.ZodType>(schema: Schema, max: number) {
  // A single value comes as it is, several come as a list.
  return z
    .union([schema, z.array(schema).min(1).max(max)])
    .transform((value): z.output<Schema>[] => (Array.isArray(value) ? value : [value]));
}
