/** What kept the embedded Postgres from serving; each has one way out, said in the message. */
export type PostgresErrorCode =
  | 'platform_unsupported'
  | 'binaries_missing'
  | 'binaries_broken'
  | 'no_unprivileged_user'
  | 'data_dir_in_use'
  | 'data_dir_foreign'
  | 'data_dir_version'
  | 'wrong_password'
  | 'port_in_use'
  | 'init_failed'
  | 'start_failed';

/** A failure to bring up the embedded Postgres. Never carries the password. */
export class PostgresError extends Error {
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PostgresError';
    this.code = code;
  }
}
