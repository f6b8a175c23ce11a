/**
 * What a changed schema breaks. A request may ask for less and take more than before; an answer may hold more, and values
 * of a list that grows, but nothing that was promised may go.
 */
import { resolve, variantsOf, type OpenApiDocument, type Schema } from './document.ts';

export type Direction = 'request' | 'response';

export interface Comparison {
  before: OpenApiDocument;
  after: OpenApiDocument;
  /** Told each change that breaks a client: where it is, and what happened. */
  report(where: string, what: string): void;
  /** Pairs of components that were compared already: each is told of once, and one that holds itself ends. */
  seen: Set<string>;
}

export function compareSchemas(
  comparison: Comparison,
  direction: Direction,
  where: string,
  [before, after]: readonly [Schema, Schema],
): void {
  const old = resolve(comparison.before, before);
  const now = resolve(comparison.after, after);
  let place = where;
  if (old.name !== null && now.name !== null) {
    const pair = `${direction} ${old.name} ${now.name}`;
    if (comparison.seen.has(pair)) return;
    comparison.seen.add(pair);
    if (old.name === now.name) place = `${old.name} (${direction})`;
  }
  const olds = variantsOf(comparison.before, before);
  const nows = variantsOf(comparison.after, after);
  const [oldOnly, nowOnly] = [olds[0], nows[0]];
  if (olds.length === 1 && nows.length === 1 && oldOnly !== undefined && nowOnly !== undefined) {
    comparePlain(comparison, direction, place, [oldOnly, nowOnly]);
    return;
  }
  compareUnions(comparison, direction, place, [olds, nows], now.schema.discriminator !== undefined);
}

/** Each earlier alternative finds its successor; what is left over on one side was removed or added. */
function compareUnions(
  comparison: Comparison,
  direction: Direction,
  where: string,
  [olds, nows]: readonly [Schema[], Schema[]],
  toldApart: boolean,
): void {
  const left = new Set(nows);
  for (const old of olds) {
    const successor = successorOf(comparison, direction, old, left);
    if (successor === undefined) {
      // Of an answer: a null that comes no more hurts nobody, a kind of object may be waited for.
      const isMissed = direction === 'request' || typeOf(comparison.before, old) === 'object';
      if (isMissed) comparison.report(where, `${describe(comparison.before, old)} is gone`);
      continue;
    }
    left.delete(successor);
    compareSchemas(comparison, direction, where, [old, successor]);
  }
  if (direction === 'request') return;
  for (const added of left) {
    // A new kind of object beside others that a property tells apart is as a new value of a list.
    const isFurtherKind = toldApart && typeOf(comparison.after, added) === 'object';
    if (!isFurtherKind) comparison.report(where, `may now be ${describe(comparison.after, added)}`);
  }
}

function successorOf(
  comparison: Comparison,
  direction: Direction,
  old: Schema,
  candidates: ReadonlySet<Schema>,
): Schema | undefined {
  const all = [...candidates];
  const sameName = all.find((schema) => schema.$ref !== undefined && schema.$ref === old.$ref);
  if (sameName !== undefined) return sameName;
  const harmless = all.find((schema) => changesNothing(comparison, direction, old, schema));
  if (harmless !== undefined) return harmless;
  const sameType = all.filter(
    (schema) => typeOf(comparison.after, schema) === typeOf(comparison.before, old),
  );
  return old.$ref === undefined && sameType.length === 1 ? sameType[0] : undefined;
}

function changesNothing(comparison: Comparison, direction: Direction, old: Schema, now: Schema): boolean {
  let broken = false;
  const trial = { ...comparison, seen: new Set(comparison.seen), report: () => void (broken = true) };
  compareSchemas(trial, direction, '', [old, now]);
  return !broken;
}

function comparePlain(
  comparison: Comparison,
  direction: Direction,
  where: string,
  [before, after]: readonly [Schema, Schema],
): void {
  const old = resolve(comparison.before, before).schema;
  const now = resolve(comparison.after, after).schema;
  const report = (what: string): void => comparison.report(where, what);
  const [from, to] = [old.type, now.type];
  const [wide, narrow] = direction === 'request' ? [to, from] : [from, to];
  if (from !== to && wide !== undefined && !(wide === 'number' && narrow === 'integer')) {
    report(`${String(from ?? 'anything')} became ${String(to ?? 'anything')}`);
    return;
  }
  compareValues(direction, old, now, report);
  if (direction === 'request') compareLimits(old, now, report);
  if (old.items !== undefined && now.items !== undefined) {
    compareSchemas(comparison, direction, `${where}[]`, [old.items, now.items]);
  }
  compareObjects(comparison, direction, where, [old, now]);
}

function compareValues(direction: Direction, old: Schema, now: Schema, report: (what: string) => void): void {
  const [olds, nows] = [valuesOf(old), valuesOf(now)];
  if (nows !== null) {
    if (olds === null && direction === 'request') report('takes only listed values now');
    const verb = direction === 'request' ? 'taken' : 'given';
    for (const value of olds ?? []) {
      if (!nows.includes(value)) report(`${value} is no longer ${verb}`);
    }
  }
  if (old.format !== now.format && (direction === 'response' || now.format !== undefined)) {
    report(`format ${old.format ?? 'none'} became ${now.format ?? 'none'}`);
  }
}

function valuesOf(schema: Schema): string[] | null {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  return schema.enum?.map((value) => JSON.stringify(value)) ?? null;
}

const UPPER_LIMITS = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
const LOWER_LIMITS = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const EXACT_LIMITS = ['pattern', 'multipleOf', 'uniqueItems'];

/** Of a request: what was let through and is refused now. */
function compareLimits(old: Schema, now: Schema, report: (what: string) => void): void {
  const tell = (name: string): void =>
    report(`${name} ${JSON.stringify(old[name]) ?? 'none'} became ${JSON.stringify(now[name])}`);
  for (const name of UPPER_LIMITS) if (limit(now, name, Infinity) < limit(old, name, Infinity)) tell(name);
  for (const name of LOWER_LIMITS) if (limit(now, name, -Infinity) > limit(old, name, -Infinity)) tell(name);
  for (const name of EXACT_LIMITS) if (now[name] !== undefined && now[name] !== old[name]) tell(name);
  if (old.default !== undefined && JSON.stringify(old.default) !== JSON.stringify(now.default)) {
    report(`default ${JSON.stringify(old.default)} became ${JSON.stringify(now.default) ?? 'none'}`);
  }
}

function limit(schema: Schema, name: string, none: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : none;
}

function compareObjects(
  comparison: Comparison,
  direction: Direction,
  where: string,
  [old, now]: readonly [Schema, Schema],
): void {
  const fields = now.properties ?? {};
  for (const [name, before] of Object.entries(old.properties ?? {})) {
    const after = fields[name];
    if (after === undefined) comparison.report(`${where}.${name}`, 'was removed');
    else compareSchemas(comparison, direction, `${where}.${name}`, [before, after]);
  }
  const [had, has] = [new Set(old.required), new Set(now.required)];
  if (direction === 'request') {
    for (const name of has) if (!had.has(name)) comparison.report(`${where}.${name}`, 'is required now');
    if (now.additionalProperties === false && isOpen(old))
      comparison.report(where, 'takes no further fields now');
  } else {
    for (const name of had) {
      if (!has.has(name) && fields[name] !== undefined)
        comparison.report(`${where}.${name}`, 'may now be absent');
    }
  }
  if (isSchema(old.additionalProperties) && isSchema(now.additionalProperties)) {
    compareSchemas(comparison, direction, `${where}.*`, [old.additionalProperties, now.additionalProperties]);
  }
}

function isOpen(schema: Schema): boolean {
  return schema.type === 'object' && schema.additionalProperties !== false;
}

function isSchema(value: boolean | Schema | undefined): value is Schema {
  return typeof value === 'object';
}

function typeOf(document: OpenApiDocument, given: Schema): string {
  const { schema } = resolve(document, given);
  return String(schema.type ?? (schema.allOf === undefined ? 'anything' : 'object'));
}

function describe(document: OpenApiDocument, given: Schema): string {
  return resolve(document, given).name ?? typeOf(document, given);
}
