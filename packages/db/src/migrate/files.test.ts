import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from './files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-migrations-'));
});
afterEach(() => rm(dir, { recursive: true }));
const put = (file: string, sql: string) => writeFile(path.join(dir, file), sql);

test('files come in the order of their versions; dot files are not looked at', async () => {
  await put('20250102000000_add_column.sql', 'b');
  await put('20250101000000_create_table.sql', 'a');
  await put('.gitkeep', '');
  expect(await readMigrations(dir)).toMatchObject([
    { version: '20250101000000', name: 'create_table', sql: 'a' },
    { version: '20250102000000', name: 'add_column', sql: 'b' },
  ]);
});

test('line ends do not change the checksum, anything else does', async () => {
  await put('20250101000000_create_a.sql', 'select 1;\nselect 2;');
  await put('20250102000000_create_b.sql', 'select 1;\r\nselect 2;');
  await put('20250103000000_create_c.sql', 'select 1;\nselect 3;');
  const [a, b, c] = await readMigrations(dir);
  expect(a?.checksum).toBe(b?.checksum);
  expect(a?.checksum).not.toBe(c?.checksum);
});

test.each(['001_create_a.sql', '20250101000000_Create_A.sql', '20250101000000_create.sql', 'notes.txt'])(
  'the name %s is refused',
  async (file) => {
    await put(file, '');
    await expect(readMigrations(dir)).rejects.toMatchObject({ code: 'bad_file_name' });
  },
);

test('two files of one version are refused', async () => {
  await put('20250101000000_create_a.sql', '');
  await put('20250101000000_create_b.sql', '');
  await expect(readMigrations(dir)).rejects.toMatchObject({ code: 'duplicate_version' });
});
