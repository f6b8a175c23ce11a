export { MigrationError, type MigrationErrorCode } from './errors.ts';
export { migrate, type MigrateOptions, type MigrateResult } from './migrate.ts';
export { asRole, openDatabase, prepareDatabase, type PrepareOptions } from './prepare.ts';
export type { RolePasswords } from './roles.ts';
