import { expect, test } from 'vitest';
import type { MigrationFile } from './files.ts';
import { planMigrations } from './plan.ts';

const file = (version: string, checksum = 'a'): MigrationFile => ({
  file: `${version}_create_x.sql`,
  version,
  name: 'create_x',
  sql: '',
  checksum,
});
const row = (version: string, checksum: string | null = 'a') => ({ version, name: 'create_x', checksum });

test('what the history does not know is pending, in order', () => {
  const files = [file('20250101000000'), file('20250102000000'), file('20250103000000')];
  const plan = planMigrations(files, [row('20250101000000')]);
  expect(plan.pending.map(({ version }) => version)).toEqual(['20250102000000', '20250103000000']);
  expect(plan.unsigned).toEqual([]);
});

test('what the Supabase CLI applied lacks only its checksum', () => {
  const plan = planMigrations([file('20250101000000')], [row('20250101000000', null)]);
  expect(plan).toEqual({ pending: [], unsigned: [file('20250101000000')] });
});

test.each([
  ['changed_file', [file('20250101000000', 'b')], [row('20250101000000')]],
  ['missing_file', [], [row('20250101000000')]],
  ['out_of_order', [file('20250101000000'), file('20250102000000')], [row('20250102000000')]],
] as const)('%s is refused and the file is named', (code, files, applied) => {
  expect(() => planMigrations(files, applied)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining('20250101000000_create_x.sql') }),
  );
});
