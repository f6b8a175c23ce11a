import type { Mode } from '@cfdi-live/contract';
import type { CredentialRow, CredentialSecrets, CredentialStore, UsableCredential } from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';

interface CredentialRecord {
  id: string;
  mode: Mode;
  profile_id: string;
  vendor_domain: string;
  username: Buffer;
  has_password: boolean;
  has_totp: boolean;
  additional_fields: Buffer | null;
  last_used_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** The password and the secret of codes are not even read. */
const COLUMNS = `id, mode, profile_id, vendor_domain, username, password is not null as has_password,
  totp_secret is not null as has_totp, additional_fields, last_used_at, created_at, updated_at`;

function cell(rowId: string, column: 'username' | 'password' | 'totp_secret' | 'additional_fields'): Cell {
  return { table: 'user_vendor_credentials', column, rowId };
}

function toCredential(keys: TenantKeys, record: CredentialRecord): CredentialRow {
  const { id, additional_fields: fields } = record;
  const additional =
    fields === null ? {} : (keys.openJson(cell(id, 'additional_fields'), fields) as Record<string, string>);
  return {
    id,
    mode: record.mode,
    profileId: record.profile_id,
    vendorDomain: record.vendor_domain,
    username: keys.openText(cell(id, 'username'), record.username),
    hasPassword: record.has_password,
    hasTotp: record.has_totp,
    additionalFieldNames: Object.keys(additional),
    lastUsedAt: record.last_used_at,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
  };
}

export function createCredentialStore(context: TenantContext): CredentialStore {
  const { sql, keys } = context;
  return {
    create: (input) => createCredential(context, input),
    async get(id) {
      const [record] = await sql.query<CredentialRecord>(
        `select ${COLUMNS} from public.user_vendor_credentials where id = $1`,
        [id],
      );
      return record === undefined ? null : toCredential(keys, record);
    },
    list: (query) =>
      listPage<CredentialRecord, CredentialRow>(sql, {
        select: `select ${COLUMNS} from public.user_vendor_credentials`,
        where: [{ sql: 'profile_id = ?', value: query.profileId }].filter(({ value }) => value !== undefined),
        query,
        toRow: (record) => toCredential(keys, record),
      }),
    update: (id, input) => updateCredential(context, id, input),
    async delete(id) {
      const deleted = await sql.query(
        'delete from public.user_vendor_credentials where id = $1 returning id',
        [id],
      );
      return deleted.length > 0;
    },
    async forTask({ credentialId, profileId, vendorDomain }) {
      const [record] = await sql.query<SecretRecord>(
        `select id, vendor_domain, username, password, totp_secret, additional_fields
           from public.user_vendor_credentials
          where vendor_domain = $3 and (id = $1 or ($1::uuid is null and profile_id = $2))`,
        [credentialId, profileId, vendorDomain],
      );
      return record === undefined ? null : toUsable(keys, record);
    },
    async markUsed(id) {
      await sql.query('update public.user_vendor_credentials set last_used_at = app.now() where id = $1', [
        id,
      ]);
    },
  };
}

async function createCredential(
  { sql, keys }: TenantContext,
  input: Parameters<CredentialStore['create']>[0],
): ReturnType<CredentialStore['create']> {
  const { id, profileId, vendorDomain, ...secrets } = input;
  const sealed = sealedSecrets(keys, id, secrets);
  const [record] = await sql.query<CredentialRecord>(
    `insert into public.user_vendor_credentials
       (id, profile_id, vendor_domain, username, password, totp_secret, additional_fields)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, mode, profile_id, vendor_domain) do nothing
     returning ${COLUMNS}`,
    [id, profileId, vendorDomain, ...sealed],
  );
  if (record !== undefined) return { kind: 'created', credential: toCredential(keys, record) };
  const [taken] = await sql.query<{ id: string }>(
    'select id from public.user_vendor_credentials where profile_id = $1 and vendor_domain = $2',
    [profileId, vendorDomain],
  );
  if (taken === undefined) throw new Error('a credential that was in the way is gone');
  return { kind: 'taken', credentialId: taken.id };
}

async function updateCredential(
  { sql, keys }: TenantContext,
  id: string,
  input: Parameters<CredentialStore['update']>[1],
): ReturnType<CredentialStore['update']> {
  const given = (['username', 'password', 'totpSecret', 'additionalFields'] as const).map(
    (name) => input[name] !== undefined,
  );
  const [record] = await sql.query<CredentialRecord>(
    `update public.user_vendor_credentials set
       username = case when $2 then $6 else username end,
       password = case when $3 then $7 else password end,
       totp_secret = case when $4 then $8 else totp_secret end,
       additional_fields = case when $5 then $9 else additional_fields end,
       updated_at = app.now()
      where id = $1 returning ${COLUMNS}`,
    [id, ...given, ...sealedSecrets(keys, id, input)],
  );
  return record === undefined ? null : toCredential(keys, record);
}

interface SecretRecord {
  id: string;
  vendor_domain: string;
  username: Buffer;
  password: Buffer | null;
  totp_secret: Buffer | null;
  additional_fields: Buffer | null;
}

function toUsable(keys: TenantKeys, record: SecretRecord): UsableCredential {
  const { id, vendor_domain: vendorDomain, additional_fields: fields } = record;
  const text = (column: 'password' | 'totp_secret') => {
    const sealed = record[column];
    return sealed === null ? null : keys.openText(cell(id, column), sealed);
  };
  return {
    id,
    vendorDomain,
    username: keys.openText(cell(id, 'username'), record.username),
    password: text('password'),
    totpSecret: text('totp_secret'),
    additionalFields:
      fields === null
        ? null
        : (keys.openJson(cell(id, 'additional_fields'), fields) as Record<string, string>),
  };
}

/** In the order of the columns; null for what is not there. */
function sealedSecrets(
  keys: TenantKeys,
  id: string,
  { username, password, totpSecret, additionalFields }: Partial<CredentialSecrets>,
): (Buffer | null)[] {
  const text = (column: 'username' | 'password' | 'totp_secret', value: string | null | undefined) =>
    value === null || value === undefined ? null : keys.sealText(cell(id, column), value);
  return [
    text('username', username),
    text('password', password),
    text('totp_secret', totpSecret),
    additionalFields === null || additionalFields === undefined
      ? null
      : keys.sealJson(cell(id, 'additional_fields'), additionalFields),
  ];
}
