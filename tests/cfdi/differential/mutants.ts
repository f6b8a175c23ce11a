/** Valid CFDIs with one thing changed each: a value, an attribute, an element, or text where none belongs. */
import type { Chance } from './random.ts';

export interface Mutant {
  document: string;
  /** What was done: `value`, `remove`, `add` for attributes; the others for elements. */
  change: 'value' | 'remove' | 'add' | 'delete' | 'double' | 'move' | 'text' | 'empty';
  /** `Emisor` or `Emisor/@Rfc`. */
  where: string;
  /** The new value of an attribute, as it stands in the file. */
  value?: string;
}

interface Place {
  start: number;
  end: number;
  element: string;
}

interface AttributePlace extends Place {
  name: string;
  value: string;
}

/** Values that are right somewhere, and wrong elsewhere. */
const VALUES =
  '|0|-1|+1|1|1.5|.5|5.|00.10|1.123456|1.1234567|1234567890123456789|1e3|1,160|0.000001|0.0000001|abc|01|06|09|10|18|19|99|001|004|601|' +
  '609|625|999|G03|P01|CP01|CN01|MXN|mxn|XXX|ZZZ|MEX|06600|6600|066000|2026-02-30T10:00:00|2026-11-20T24:00:00|2026-11-20 12:00:00|' +
  '2026-11-20T12:00:00Z|2026-11-20T12:00:00.5|2009-11-20T12:00:00|2026-11-20|2026-13-01|EKU9003173C9|eku9003173c9|CACX7605101P8|' +
  'XAXX010101000|ÑÑÑ010101AAA|&amp;&amp;&amp;010101AAA|EKU9013173C9|I|E|X|PUE|PPD|Tasa|Cuota|Exento|tasa|0.160000|2020|2021|10000|4.0|3.3|' +
  '1.0|1.1|15  48  3009  0001234|15 48 3009 0001234|30001000000500003416|3000100000050000341|00000000-0000-0000-0000-000000000000|' +
  '0000000G-0000-0000-0000-000000000000|ABCDE|AB-DE|0123456789|BADD110313HCMLNS09|BADD111313HCMLNS09|Primaria|Secundaria|Timbrado: &lt;prueba&gt; \\ ~|Timbrado (prueba)|PER01|15101514|SP16|' +
  'Ñ|😀';

const FOREIGN = '<x xmlns="urn:x"/>';

export function createMutator(base: string): (chance: Chance) => Mutant {
  const attributes = [...attributesOf(base)];
  const elements = [...elementsOf(base)];
  const values = [
    ...VALUES.split('|'),
    'a|b',
    'X'.repeat(20),
    'X'.repeat(150),
    'X'.repeat(301),
    'X'.repeat(1_001),
  ];
  const cut = ({ start, end }: Place, by: string): string => base.slice(0, start) + by + base.slice(end);

  const ofAttribute = (chance: Chance): Mutant => {
    const place = chance.pick(attributes);
    const where = `${place.element}/@${place.name}`;
    if (chance.maybe(0.1)) return { document: cut(place, ''), change: 'remove', where };
    if (chance.maybe(0.05)) {
      const added = chance.pick(['Otro', 'xml:lang', `${place.name}2`]);
      const start = place.end;
      return {
        document: cut({ ...place, start }, ` ${added}="1"`),
        change: 'add',
        where: `${place.element}/@${added}`,
      };
    }
    const value = chance.maybe(0.6)
      ? chance.pick(values)
      : chance.pick([
          () => ` ${place.value} `,
          () => `${place.value}&#10;`,
          () => place.value.slice(0, -1),
          () => place.value.slice(1),
          () => `${place.value}${chance.pick(['0', '1', 'A', 'a', '.', ' X', '|'])}`,
          () =>
            place.value.replace(/[A-Za-z]/, (letter) =>
              letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
            ),
          () => place.value.replace(/[0-9]/, () => String(chance.below(10))),
          () => chance.pick(attributes).value,
        ])();
    return { document: cut(place, ` ${place.name}="${value}"`), change: 'value', where, value };
  };

  const ofElement = (chance: Chance): Mutant => {
    const place = chance.pick(elements);
    const text = base.slice(place.start, place.end);
    const where = place.element;
    const change = chance.pick(['delete', 'double', 'move', 'text', 'empty'] as const);
    if (change === 'delete') return { document: cut(place, ''), change, where };
    if (change === 'double') return { document: cut(place, text + text), change, where };
    if (change === 'text')
      return { document: cut(place, chance.pick(['texto', FOREIGN]) + text), change, where };
    if (change === 'empty') return { document: cut(place, text.replace(/>.*<\//s, '></')), change, where };
    const other = chance.pick(elements.filter(({ start, end }) => end <= place.start || start >= place.end));
    const [first, second] = other.start < place.start ? [other, place] : [place, other];
    const moved = text + base.slice(other.start, other.end);
    const document =
      other === first
        ? base.slice(0, first.start) + moved + base.slice(first.end, second.start) + base.slice(second.end)
        : base.slice(0, first.start) + base.slice(first.end, second.start) + moved + base.slice(second.end);
    return { document, change, where };
  };

  return (chance) => (chance.maybe(0.8) ? ofAttribute(chance) : ofElement(chance));
}

function* attributesOf(base: string): Generator<AttributePlace> {
  for (const [tag, element = ''] of matches(base, /<(?:\w+:)?(\w+)[^>]*>/g)) {
    for (const { index, 0: text, 1: name = '', 2: value = '' } of tag.text.matchAll(/ ([\wñ]+)="([^"]*)"/g)) {
      const start = tag.start + index;
      if (name !== 'xmlns') yield { start, end: start + text.length, element, name, value };
    }
  }
}

/** Every element but the outermost; none of ours holds another of its own name but `Impuestos` of the whole. */
function* elementsOf(base: string): Generator<Place> {
  for (const [{ start, text }, prefixed = ''] of matches(base, /<(\w+:\w+)[^>]*>/g)) {
    if (start < base.indexOf('<cfdi:Emisor') && prefixed === 'cfdi:Comprobante') continue;
    const close = `</${prefixed}>`;
    const end = text.endsWith('/>') ? start + text.length : base.indexOf(close, start) + close.length;
    yield { start, end, element: prefixed.split(':')[1] ?? '' };
  }
}

function* matches(
  text: string,
  expression: RegExp,
): Generator<readonly [{ start: number; text: string }, ...(string | undefined)[]]> {
  for (const match of text.matchAll(expression)) {
    yield [{ start: match.index, text: match[0] }, ...match.slice(1)];
  }
}
