/** Why a migration run stopped. Nothing of the file it stopped at has been applied. */
export type MigrationErrorCode =
  | 'server_too_old'
  | 'bad_file_name'
  | 'duplicate_version'
  | 'changed_file'
  | 'missing_file'
  | 'out_of_order'
  | 'own_transaction'
  | 'sql_error';

/** A migration problem; the message names the file, and for an SQL error its line. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}
