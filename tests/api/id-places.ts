/** Where an operation takes an id of ours: read from the document, so that an operation added later is tried too. */
import { ID_PREFIXES, type IdKind } from '@cfdi-live/contract';

/** As much of a JSON schema as ids hide in. */
export interface Schema {
  $ref?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface IdPlace {
  in: 'path' | 'query' | 'body';
  /** Names from the outside in; `0` is the first of an array. */
  path: string[];
  /** `other`: in a path, but no id of ours, such as the UUID of an invoice. */
  kind: IdKind | 'other';
}

interface WithParameters {
  parameters?: ({ $ref: string } | { in: string; name: string; schema: Schema })[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export function idPlaces(operation: WithParameters, schemas: Record<string, Schema>): IdPlace[] {
  const places: IdPlace[] = [];
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter || (parameter.in !== 'path' && parameter.in !== 'query')) continue;
    const kinds = placesIn(parameter.schema, [parameter.name], schemas).map(({ kind }) => kind);
    if (parameter.in === 'path' && kinds.length === 0) kinds.push('other');
    places.push(
      ...kinds.map((kind) => ({ in: parameter.in as 'path' | 'query', path: [parameter.name], kind })),
    );
  }
  const body = operation.requestBody?.content['application/json']?.schema;
  if (body !== undefined) {
    for (const { path, kind } of placesIn(body, [], schemas)) places.push({ in: 'body', path, kind });
  }
  return places;
}

type Found = Pick<IdPlace, 'path' | 'kind'>;

function placesIn(schema: Schema, path: string[], schemas: Record<string, Schema>): Found[] {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return named === undefined ? [] : placesIn(named, path, schemas);
  }
  const kind = kindOf(schema.pattern);
  if (kind !== null) return [{ path, kind }];
  const inside: [Schema, string[]][] = [
    ...Object.entries(schema.properties ?? {}).map(([name, inner]): [Schema, string[]] => [
      inner,
      [...path, name],
    ]),
    ...(schema.items === undefined ? [] : [[schema.items, [...path, '0']] as [Schema, string[]]]),
    ...[schema.anyOf, schema.oneOf, schema.allOf]
      .flatMap((branches) => branches ?? [])
      .map((branch): [Schema, string[]] => [branch, path]),
  ];
  return inside.flatMap(([inner, innerPath]) => placesIn(inner, innerPath, schemas));
}

/** An id's schema is known by its pattern: `^task_[0-7]…`. */
function kindOf(pattern: string | undefined): IdKind | null {
  const prefix = /^\^([a-z]+)_\[0-7\]/.exec(pattern ?? '')?.[1];
  const found = Object.entries(ID_PREFIXES).find(([, known]) => known === prefix);
  return found === undefined ? null : (found[0] as IdKind);
}
