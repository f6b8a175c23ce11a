import { newUuid } from '@cfdi-live/contract';
import type { MemberRole, MemberRow, MemberStore, TenantRow, TenantStore } from '@cfdi-live/domain';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';

interface MemberRecord {
  id: string;
  user_id: string;
  role: MemberRole;
  created_at: Date;
}

const COLUMNS = 'id, user_id, role, created_at';

export function createMemberStore({ sql, scope }: TenantContext): MemberStore {
  return {
    async get(id) {
      const [record] = await sql.query<MemberRecord>(
        `select ${COLUMNS} from public.tenant_members where id = $1`,
        [id],
      );
      return record === undefined ? null : toRow(record);
    },
    list: (query) =>
      listPage<MemberRecord, MemberRow>(sql, {
        select: `select ${COLUMNS} from public.tenant_members`,
        where: [],
        query,
        toRow,
      }),
    async holdOwners() {
      await sql.query('select 1 from public.tenants where id = $1 for no key update', [scope.tenantId]);
      const [counted] = await sql.query<{ owners: number }>(
        `select count(*)::integer as owners from public.tenant_members where role = 'owner'`,
        [],
      );
      return counted?.owners ?? 0;
    },
    async add({ userId, role, invitedBy }) {
      const [record] = await sql.query<MemberRecord>(
        `insert into public.tenant_members (id, user_id, role, invited_by) values ($1, $2, $3, $4)
           on conflict (tenant_id, user_id) do nothing returning ${COLUMNS}`,
        [newUuid(), userId, role, invitedBy],
      );
      return record === undefined ? null : toRow(record);
    },
    async changeRole(id, role) {
      const [record] = await sql.query<MemberRecord>(
        `update public.tenant_members set role = $2 where id = $1 returning ${COLUMNS}`,
        [id, role],
      );
      return record === undefined ? null : toRow(record);
    },
    async remove(id) {
      const removed = await sql.query('delete from public.tenant_members where id = $1 returning id', [id]);
      return removed.length > 0;
    },
  };
}

function toRow(record: MemberRecord): MemberRow {
  return { id: record.id, userId: record.user_id, role: record.role, createdAt: record.created_at };
}

const TENANT_COLUMNS =
  'id, name, plan, document_retention_months, unauthenticated_cfdis, mailbox, created_at';

interface TenantRecord {
  id: string;
  name: string;
  plan: TenantRow['plan'];
  document_retention_months: number;
  unauthenticated_cfdis: TenantRow['unauthenticatedCfdis'];
  mailbox: TenantRow['mailbox'];
  created_at: Date;
}

export function createTenantStore({ sql, scope }: TenantContext): TenantStore {
  const one = async (text: string, values: unknown[]): Promise<TenantRow | null> => {
    const [record] = await sql.query<TenantRecord>(text, values);
    return record === undefined ? null : toTenant(record);
  };
  return {
    get: () => one(`select ${TENANT_COLUMNS} from public.tenants where id = $1`, [scope.tenantId]),
    change: ({ name, documentRetentionMonths, unauthenticatedCfdis, mailbox }) =>
      one(
        `update public.tenants set
           name = coalesce($2, name), document_retention_months = coalesce($3, document_retention_months),
           unauthenticated_cfdis = coalesce($4, unauthenticated_cfdis), mailbox = coalesce($5, mailbox)
           where id = $1 returning ${TENANT_COLUMNS}`,
        [
          scope.tenantId,
          name ?? null,
          documentRetentionMonths ?? null,
          unauthenticatedCfdis ?? null,
          mailbox ?? null,
        ],
      ),
  };
}

export function toTenant(record: TenantRecord): TenantRow {
  return {
    id: record.id,
    name: record.name,
    plan: record.plan,
    documentRetentionMonths: record.document_retention_months,
    unauthenticatedCfdis: record.unauthenticated_cfdis,
    mailbox: record.mailbox,
    createdAt: record.created_at,
  };
}
