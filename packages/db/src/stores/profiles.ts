import type { Mode, ProfileFacts } from '@cfdi-live/contract';
import type { ProfileRow, ProfileStore } from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';

interface ProfileRecord {
  id: string;
  mode: Mode;
  external_id: string | null;
  rfc: Buffer;
  full_name: Buffer;
  email: Buffer;
  fiscal_regime: string;
  postal_code: string;
  cfdi_use: string;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS =
  'id, mode, external_id, rfc, full_name, email, fiscal_regime, postal_code, cfdi_use, created_at, updated_at';

function cell(rowId: string, column: 'rfc' | 'full_name' | 'email'): Cell {
  return { table: 'user_profiles', column, rowId };
}

function toProfile(keys: TenantKeys, record: ProfileRecord): ProfileRow {
  return {
    id: record.id,
    mode: record.mode,
    externalId: record.external_id,
    rfc: keys.openText(cell(record.id, 'rfc'), record.rfc),
    fullName: keys.openText(cell(record.id, 'full_name'), record.full_name),
    email: keys.openText(cell(record.id, 'email'), record.email),
    fiscalRegime: record.fiscal_regime,
    postalCode: record.postal_code,
    cfdiUse: record.cfdi_use,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
  };
}

export function createProfileStore({ sql, keys }: TenantContext): ProfileStore {
  return {
    async create(input) {
      const [created] = await insertProfile({ sql, keys }, input);
      if (created !== undefined) return { kind: 'created', profile: toProfile(keys, created) };
      const [taken] = await sql.query<{ id: string }>(
        'select id from public.user_profiles where rfc_index = $1 and external_id is not distinct from $2',
        [rfcIndex(keys, input.rfc), input.externalId],
      );
      if (taken === undefined) throw new Error('a profile that was in the way is gone');
      return { kind: 'taken', profileId: taken.id };
    },
    async get(id) {
      const [record] = await sql.query<ProfileRecord>(
        `select ${COLUMNS} from public.user_profiles where id = $1`,
        [id],
      );
      return record === undefined ? null : toProfile(keys, record);
    },
    list: (query) =>
      listPage<ProfileRecord, ProfileRow>(sql, {
        select: `select ${COLUMNS} from public.user_profiles`,
        where: [],
        query,
        toRow: (record) => toProfile(keys, record),
      }),
  };
}

function insertProfile(
  { sql, keys }: Pick<TenantContext, 'sql' | 'keys'>,
  input: ProfileFacts & { id: string; externalId: string | null },
): Promise<ProfileRecord[]> {
  return sql.query<ProfileRecord>(
    `insert into public.user_profiles
       (id, external_id, rfc, rfc_index, full_name, email, fiscal_regime, postal_code, cfdi_use)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, mode, rfc_index, external_id) do nothing
     returning ${COLUMNS}`,
    [
      input.id,
      input.externalId,
      keys.sealText(cell(input.id, 'rfc'), input.rfc),
      rfcIndex(keys, input.rfc),
      keys.sealText(cell(input.id, 'full_name'), input.fullName),
      keys.sealText(cell(input.id, 'email'), input.email),
      input.fiscalRegime,
      input.postalCode,
      input.cfdiUse,
    ],
  );
}

/** Blind index: the canonical RFC is upper case. */
function rfcIndex(keys: TenantKeys, rfc: string): Buffer {
  return keys.index('rfc', rfc.trim().toUpperCase());
}
