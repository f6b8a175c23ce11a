import { describe, expect, it } from 'vitest';
import { XML_LIMITS, parseXml } from './parse-xml.ts';
import { writeXml } from './write-xml.ts';

function read(text: string) {
  return parseXml(Buffer.from(text, 'utf8'));
}

describe('parseXml', () => {
  it('gives the tree with namespaces resolved and prefixes gone', () => {
    expect(read('<?xml version="1.0"?><a:x xmlns:a="urn:a" n="1" a:m="2"><!-- c --><y>t</y></a:x>')).toEqual({
      ok: true,
      root: {
        namespace: 'urn:a',
        name: 'x',
        attributes: new Map([['n', '1']]),
        qualifiedAttributes: [{ namespace: 'urn:a', name: 'm', value: '2' }],
        text: '',
        children: [
          {
            namespace: '',
            name: 'y',
            attributes: new Map(),
            qualifiedAttributes: [],
            children: [],
            text: 't',
          },
        ],
      },
    });
  });

  it('normalises line ends in attributes as XML says, and keeps those that are escaped', () => {
    const parsed = read('<a n="1\r\n2\t3" m="1&#10;2&#9;3"/>');
    expect(parsed.ok && [...parsed.root.attributes.values()]).toEqual(['1 2 3', '1\n2\t3']);
  });

  it('takes a byte order mark, and the name of its encoding as vendors write it', () => {
    expect(read('\uFEFF<?xml version="1.0" encoding="UTF-8"?><a/>')).toMatchObject({ ok: true });
    expect(read('<?xml version="1.0" encoding="utf8"?><a/>')).toMatchObject({ ok: true });
  });

  it('takes documents at the limits', () => {
    const deep = '<a>'.repeat(XML_LIMITS.depth) + '</a>'.repeat(XML_LIMITS.depth);
    const attributes = Array.from({ length: XML_LIMITS.attributesPerElement }, (_, i) => `a${i}=""`);
    expect(read(deep)).toMatchObject({ ok: true });
    expect(read(`<a ${attributes.join(' ')}/>`)).toMatchObject({ ok: true });
    expect(read(`<a>${'<b/>'.repeat(XML_LIMITS.elements - 1)}</a>`)).toMatchObject({ ok: true });
    expect(read(`<a>${'x'.repeat(XML_LIMITS.bytes - 7)}</a>`)).toMatchObject({ ok: true });
    expect(read(`<a>${'-?'.repeat(XML_LIMITS.possibleEnds / 2)}</a>`)).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', '', 'not_well_formed'],
    ['text', 'hola', 'not_well_formed'],
    ['two roots', '<a/><b/>', 'not_well_formed'],
    ['an open end', '<a><b></b>', 'not_well_formed'],
    ['a bare ampersand', '<a n="R & M"/>', 'not_well_formed'],
    ['an attribute twice', '<a n="1" n="1"/>', 'not_well_formed'],
    [
      'an attribute twice under two prefixes',
      '<a xmlns:p="u" xmlns:q="u" p:n="1" q:n="1"/>',
      'not_well_formed',
    ],
    ['a prefix of nothing', '<a:b/>', 'not_well_formed'],
    ['an unknown entity', '<a>&nbsp;</a>', 'not_well_formed'],
    ['a declaration after a line', '\n<?xml version="1.0"?><a/>', 'not_well_formed'],
    ['a control character', '<a>\u0000</a>', 'not_well_formed'],
    ['a document type', '<!DOCTYPE a><a/>', 'doctype'],
    ['XML 1.1', '<?xml version="1.1"?><a/>', 'not_xml_1_0'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'not_utf8'],
    ['one level too many', '<a>'.repeat(XML_LIMITS.depth + 1), 'too_deep'],
    ['one element too many', `<a>${'<b/>'.repeat(XML_LIMITS.elements)}</a>`, 'too_many_elements'],
    [
      'one attribute too many',
      `<a ${Array.from({ length: XML_LIMITS.attributesPerElement + 1 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      'too_many_attributes',
    ],
    ['one possible end too many', `<a>${'-?]'.repeat(66_667)}</a>`, 'too_many_possible_ends'],
    ['one byte too many', `<a>${'x'.repeat(XML_LIMITS.bytes - 6)}</a>`, 'too_large'],
  ])('refuses %s', (_, text, reason) => {
    expect(read(text)).toMatchObject({ ok: false, reason });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(parseXml(Buffer.from('<a n="\xD1"/>', 'latin1'))).toEqual({ ok: false, reason: 'not_utf8' });
    expect(parseXml(Buffer.from('\uFEFF<a/>', 'utf16le'))).toEqual({ ok: false, reason: 'not_utf8' });
  });

  it('tells where it stopped', () => {
    expect(read('<a>\n  <b></c>\n</a>')).toMatchObject({ ok: false, line: 2 });
  });
});

describe('writeXml', () => {
  it('writes what was read, and nothing else', () => {
    const text =
      '<p:a xmlns:p="urn:p" xmlns:q="urn:q" n="&quot;&amp;&lt;&#10;Ñ " q:m="1"><?pi?><b xmlns="urn:b">x &gt; y</b><c/></p:a>';
    const parsed = read(text);
    const again = parsed.ok ? read(writeXml(parsed.root)) : parsed;
    expect(parsed.ok).toBe(true);
    expect(again).toEqual(parsed);
  });
});
