/** Pieces of a route's definition. */
import {
  credentialListQuerySchema,
  cfdiListQuerySchema,
  decodeId,
  idSchema,
  listQuerySchema,
  profileListQuerySchema,
  resolveVendorQuerySchema,
  taskListQuerySchema,
  vendorListQuerySchema,
  type IdKind,
} from '@cfdi-live/contract';
import { isCursor } from '@cfdi-live/db';
import { z } from 'zod';
import { checkMetadataNames } from './metadata-filter.ts';

/** A JSON answer. */
export function json<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example?: z.input<Schema>,
) {
  return { description, content: { 'application/json': { schema, ...given(example) } } };
}

/** A JSON body, which must be there. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, example?: z.input<Schema>) {
  return { required: true, content: { 'application/json': { schema, ...given(example) } } };
}

/** The example of a list: a last page of one item. */
export function pageOf<Item>(item: Item): { data: Item[]; hasMore: boolean; nextCursor: null } {
  return { data: [item], hasMore: false, nextCursor: null };
}

function given(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example };
}

const cursors = {
  after: cursorSchema('Only what comes after this place: the `nextCursor` of the page before.'),
  before: cursorSchema('Only what comes before this place.'),
};

/** The query of a list. */
export const listQuery = listQuerySchema.extend(cursors).strict();
export const profileListQuery = profileListQuerySchema.extend(cursors).strict();
export const credentialListQuery = credentialListQuerySchema.extend(cursors).strict();
export const cfdiListQuery = cfdiListQuerySchema.extend(cursors).strict();
export const vendorListQuery = vendorListQuerySchema.extend(cursors).strict();
export const resolveVendorQuery = resolveVendorQuerySchema.strict();

function cursorSchema(description: string) {
  return z
    .string()
    .max(200)
    .refine(isCursor, { error: 'no list gave out this cursor' })
    .optional()
    .meta({ description });
}

const tasksBy = taskListQuerySchema.extend({
  ...cursors,
  // As `metadata[key]=value`, so never under this name: it stands here for the document.
  metadata: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description: 'Tasks with these pairs of metadata: `metadata[order]=1234`.',
      param: { style: 'deepObject', explode: true },
    }),
});
export const taskListQuery = tasksBy
  .catchall(z.unknown())
  .superRefine(checkMetadataNames(Object.keys(tasksBy.shape)));

/** The `{id}` of a path. */
export function idParam(kind: IdKind) {
  return z.object({ id: idSchema(kind) });
}

/** The bare UUID of an id that its schema has let pass. */
export function uuidOf(kind: IdKind, id: string): string {
  const uuid = decodeId(kind, id);
  if (uuid === null) throw new RangeError(`not the id of a ${kind}`);
  return uuid;
}
