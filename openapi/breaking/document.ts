/** The parts of an OpenAPI 3.1 document that a comparison reads. */

export interface OpenApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, Record<string, Operation>>;
  security?: Security[];
  components?: { schemas?: Record<string, Schema>; parameters?: Record<string, Parameter> };
}

export interface Operation {
  operationId?: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: { required?: boolean; content: Content };
  responses?: Record<string, { content?: Content; headers?: Record<string, unknown> }>;
  security?: Security[];
}

export interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

export type Content = Record<string, { schema?: Schema }>;

/** Scheme → the scopes it asks for. All entries of one object must be met; of several objects, any. */
export type Security = Record<string, string[]>;

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  discriminator?: { propertyName: string };
  [limit: string]: unknown;
}

const COMPONENT = '#/components/schemas/';

/** The schema behind a reference, and the name of its component. */
export function resolve(document: OpenApiDocument, schema: Schema): { name: string | null; schema: Schema } {
  if (schema.$ref === undefined) return { name: null, schema };
  const name = schema.$ref.slice(COMPONENT.length);
  const found = document.components?.schemas?.[name];
  if (!schema.$ref.startsWith(COMPONENT) || found === undefined)
    throw new Error(`no such schema: ${schema.$ref}`);
  return { name, schema: found };
}

/** A parameter, or the one that a reference names. */
export function resolveParameter(document: OpenApiDocument, given: Parameter | Reference): Parameter {
  if (!('$ref' in given)) return given;
  const found = document.components?.parameters?.[given.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`no such parameter: ${given.$ref}`);
  return found;
}

/** What a schema allows, as alternatives that have one type each: unions flattened, `type` lists split, `allOf` merged. */
export function variantsOf(document: OpenApiDocument, given: Schema): Schema[] {
  const { schema } = resolve(document, given);
  const { anyOf, oneOf, allOf, ...own } = schema;
  const union = anyOf ?? oneOf;
  if (union !== undefined) {
    // A reference stays one, so that it can be compared by its name.
    return union.flatMap((variant) =>
      variant.$ref !== undefined && !isUnion(document, variant) ? [variant] : variantsOf(document, variant),
    );
  }
  if (allOf !== undefined)
    return variantsOf(
      document,
      allOf.reduce<Schema>((all, part) => merge(document, all, part), own),
    );
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  return [given];
}

function isUnion(document: OpenApiDocument, given: Schema): boolean {
  const { schema } = resolve(document, given);
  return schema.anyOf !== undefined || schema.oneOf !== undefined;
}

function merge(document: OpenApiDocument, all: Schema, part: Schema): Schema {
  const { schema } = resolve(document, part);
  return {
    ...all,
    ...schema,
    properties: { ...all.properties, ...schema.properties },
    required: [...(all.required ?? []), ...(schema.required ?? [])],
  };
}
