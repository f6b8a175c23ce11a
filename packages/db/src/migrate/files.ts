import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MigrationError } from './errors.ts';

/** One forward-only migration: a file `YYYYMMDDHHMMSS_verb_noun.sql`. */
export interface MigrationFile {
  file: string;
  version: string;
  name: string;
  sql: string;
  /** SHA-256 (hex) of the text with `\n` line ends, for git may check out `\r\n`. */
  checksum: string;
}

const FILE_NAME = /^(\d{14})_([a-z0-9]+(?:_[a-z0-9]+)+)\.sql$/;

/**
 * Reads a folder of migrations in the order they apply.
 *
 * @throws MigrationError `bad_file_name` (anything that is not a migration, except dot files) or `duplicate_version`.
 */
export async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const files = (await readdir(dir)).filter((file) => !file.startsWith('.')).sort();
  const migrations: MigrationFile[] = [];
  for (const file of files) {
    const [, version, name] = FILE_NAME.exec(file) ?? [];
    if (version === undefined || name === undefined) {
      throw new MigrationError('bad_file_name', `${file}: a migration is named YYYYMMDDHHMMSS_verb_noun.sql`);
    }
    if (migrations.at(-1)?.version === version) {
      throw new MigrationError('duplicate_version', `${file}: another file has the version ${version}`);
    }
    const sql = (await readFile(path.join(dir, file), 'utf8')).replaceAll('\r\n', '\n');
    migrations.push({ file, version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}
