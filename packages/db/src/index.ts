export { createAdmin, type Admin, type NewApiKey, type NewTenant } from './admin.ts';
export { generateApiKey, parseApiKey, type ParsedApiKey } from './api-keys.ts';
export { hashSecret } from './bearer-text.ts';
export { shiftDatabaseClock } from './clock.ts';
export { createKeyRing, InvalidKeyRing, type KeyRing } from './crypto/key-ring.ts';
export { SealBroken } from './crypto/seal.ts';
export { KeysDestroyed, type TenantKeys } from './crypto/tenant-keys.ts';
export { createDatabase, type DatabaseOptions, type PgDatabase } from './database.ts';
export { DatabaseUnavailable, InvalidCursor, RequestSettled } from './errors.ts';
export { generateLiveToken, parseLiveToken } from './live-tokens.ts';
export { isCursor } from './paging.ts';
export type { DbLog } from './pool.ts';
export {
  createSupabaseStorage,
  StorageUnavailable,
  type SupabaseStorageOptions,
} from './storage/supabase.ts';
export { createArtifactVault, type ObjectStorage } from './storage/vault.ts';
export {
  createKeyRotation,
  type KeyCensus,
  type KeyRotation,
  type Reencrypted,
} from './rotation/rotation.ts';
