import { describe, expect, it } from 'vitest';
import { matchesMetadata, parseMetadataQuery } from './metadata-query.ts';

describe('a query of metadata', () => {
  it.each([
    [`user_metadata['run']:'abc'`, ['run'], 'abc'],
    [`user_metadata['run']['id']:'abc'`, ['run', 'id'], 'abc'],
    [` user_metadata["run"] : "it's" `, ['run'], "it's"],
    [`user_metadata['empty']:''`, ['empty'], ''],
  ])('reads %s', (text, path, value) => {
    expect(parseMetadataQuery(text)).toEqual({ path, value });
  });

  it.each([
    '',
    'run',
    `user_metadata:'x'`,
    `user_metadata['a']`,
    `user_metadata['a']:x`,
    `user_metadata['a']:'x' OR 1`,
  ])('does not take «%s» for one', (text) => {
    expect(parseMetadataQuery(text)).toBeUndefined();
  });

  it('matches equal strings only, at exactly that path', () => {
    const query = { path: ['run', 'id'], value: '7' };
    expect(matchesMetadata(query, { run: { id: '7' } })).toBe(true);
    for (const metadata of [
      undefined,
      {},
      { run: '7' },
      { run: null },
      { run: { id: 7 } },
      { 'run.id': '7' },
    ]) {
      expect(matchesMetadata(query, metadata)).toBe(false);
    }
    expect(matchesMetadata({ path: ['constructor', 'name'], value: 'Object' }, {})).toBe(false);
  });
});
