import { MigrationError } from './errors.ts';
import type { MigrationFile } from './files.ts';

/** What the database says of one applied version; `checksum` is null when another tool applied it. */
export interface AppliedMigration {
  version: string;
  name: string | null;
  checksum: string | null;
}

export interface MigrationPlan {
  pending: MigrationFile[];
  /** Applied by `supabase db push`: only the checksum is missing. */
  unsigned: MigrationFile[];
}

/**
 * Compares the files with the history.
 *
 * @throws MigrationError `changed_file`, `missing_file`, `out_of_order`: history only moves forward.
 */
export function planMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): MigrationPlan {
  const byVersion = new Map(applied.map((row) => [row.version, row]));
  for (const { version, name } of applied) {
    if (files.some((file) => file.version === version)) continue;
    throw new MigrationError(
      'missing_file',
      `${version}_${name ?? '?'}.sql was applied but is not in the folder`,
    );
  }
  const newest = applied.reduce((newest, { version }) => (version > newest ? version : newest), '');
  const plan: MigrationPlan = { pending: [], unsigned: [] };
  for (const file of files) {
    const row = byVersion.get(file.version);
    if (row === undefined) {
      if (file.version < newest) {
        throw new MigrationError(
          'out_of_order',
          `${file.file} is older than the applied ${newest}: give it a new version`,
        );
      }
      plan.pending.push(file);
    } else if (row.checksum === null) {
      plan.unsigned.push(file);
    } else if (row.checksum !== file.checksum) {
      throw new MigrationError(
        'changed_file',
        `${file.file} was changed after it was applied: write a new migration`,
      );
    }
  }
  return plan;
}
