import type { CompanyDetails, Mode, ProfileFacts } from '@cfdi-live/contract';
import type { DeleteProfileResult, ProfileRow, ProfileStore, UpdateProfileResult } from '@cfdi-live/domain';
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
  company_details: Buffer | null;
  fiscal_regime: string;
  postal_code: string;
  cfdi_use: string;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS =
  'id, mode, external_id, rfc, full_name, email, company_details, fiscal_regime, postal_code, cfdi_use, created_at, updated_at';

function cell(rowId: string, column: 'rfc' | 'full_name' | 'email' | 'company_details'): Cell {
  return { table: 'user_profiles', column, rowId };
}

function toProfile(keys: TenantKeys, record: ProfileRecord): ProfileRow {
  const { id, company_details: details } = record;
  return {
    id,
    mode: record.mode,
    externalId: record.external_id,
    rfc: keys.openText(cell(id, 'rfc'), record.rfc),
    fullName: keys.openText(cell(id, 'full_name'), record.full_name),
    email: keys.openText(cell(id, 'email'), record.email),
    ...(details === null
      ? {}
      : // Only this store writes it, and it writes what the type says.
        { companyDetails: keys.openJson(cell(id, 'company_details'), details) as CompanyDetails }),
    fiscalRegime: record.fiscal_regime,
    postalCode: record.postal_code,
    cfdiUse: record.cfdi_use,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
  };
}

export function createProfileStore(context: TenantContext): ProfileStore {
  const { sql, keys } = context;
  const find = async (
    id: string,
    lock: '' | 'for key share' | 'for no key update',
  ): Promise<ProfileRow | null> => {
    const [record] = await sql.query<ProfileRecord>(
      `select ${COLUMNS} from public.user_profiles where id = $1 ${lock}`,
      [id],
    );
    return record === undefined ? null : toProfile(keys, record);
  };
  return {
    async create(input) {
      const [created] = await insertProfile(context, input);
      if (created !== undefined) return { kind: 'created', profile: toProfile(keys, created) };
      const [taken] = await sql.query<{ id: string }>(
        'select id from public.user_profiles where rfc_index = $1 and external_id is not distinct from $2',
        [rfcIndex(keys, input.rfc), input.externalId],
      );
      if (taken === undefined) throw new Error('a profile that was in the way is gone');
      return { kind: 'taken', profileId: taken.id };
    },
    get: (id) => find(id, ''),
    keep: (id) => find(id, 'for key share'),
    hold: (id) => find(id, 'for no key update'),
    list: (query) =>
      listPage<ProfileRecord, ProfileRow>(sql, {
        select: `select ${COLUMNS} from public.user_profiles`,
        where: [
          { sql: 'rfc_index = ?', value: query.rfc === undefined ? undefined : rfcIndex(keys, query.rfc) },
          { sql: 'external_id = ?', value: query.externalId },
        ].filter(({ value }) => value !== undefined),
        query,
        toRow: (record) => toProfile(keys, record),
      }),
    update: (id, input) => updateProfile(context, id, input),
    async delete(id, { erase }) {
      const [result] = await sql.query<{
        outcome: DeleteProfileResult['kind'];
        live_task: string | null;
        tasks_erased: number | null;
      }>('select * from app.delete_profile($1, $2)', [id, erase]);
      if (result?.outcome === 'not_found') return { kind: 'not_found' };
      if (result?.outcome === 'in_use' && result.live_task !== null)
        return { kind: 'in_use', taskId: result.live_task };
      return { kind: 'deleted', tasksErased: result?.tasks_erased ?? 0 };
    },
  };
}

type Context = Pick<TenantContext, 'sql' | 'keys'>;
type Values = ProfileFacts & { id: string; externalId: string | null };

function insertProfile({ sql, keys }: Context, input: Values): Promise<ProfileRecord[]> {
  return sql.query<ProfileRecord>(
    `insert into public.user_profiles
       (id, external_id, rfc, rfc_index, full_name, email, company_details, fiscal_regime, postal_code, cfdi_use)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, mode, rfc_index, external_id) do nothing
     returning ${COLUMNS}`,
    valuesOf(keys, input),
  );
}

async function updateProfile(
  { sql, keys }: Context,
  id: string,
  input: Omit<Values, 'id'>,
): Promise<UpdateProfileResult> {
  const [result] = await sql.query<ProfileRecord & { outcome: string; other_profile: string | null }>(
    `select u.outcome, u.other_profile, (u.profile).*
       from app.update_profile($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) u`,
    valuesOf(keys, { ...input, id }),
  );
  if (result === undefined) throw new Error('update_profile answered nothing');
  if (result.other_profile !== null) return { kind: 'taken', profileId: result.other_profile };
  return { kind: 'updated', profile: toProfile(keys, result) };
}

/** In the order of both statements above. */
function valuesOf(keys: TenantKeys, input: Values): unknown[] {
  const { id, companyDetails } = input;
  return [
    id,
    input.externalId,
    keys.sealText(cell(id, 'rfc'), input.rfc),
    rfcIndex(keys, input.rfc),
    keys.sealText(cell(id, 'full_name'), input.fullName),
    keys.sealText(cell(id, 'email'), input.email),
    companyDetails === undefined ? null : keys.sealJson(cell(id, 'company_details'), companyDetails),
    input.fiscalRegime,
    input.postalCode,
    input.cfdiUse,
  ];
}

/** Blind index over the RFC as the register writes it: upper case, without separators. */
function rfcIndex(keys: TenantKeys, rfc: string): Buffer {
  return keys.index('rfc', rfc.trim().toUpperCase());
}
