/** The vendor directory: read by tenants, read as a whole by processes, written by the command that syncs it. */
import type { Vendor } from '@cfdi-live/contract';
import type { VendorRow, VendorStore } from '@cfdi-live/domain';
import { listPage } from '../paging.ts';
import type { Sql } from '../pool.ts';
import { pgJson } from '../text.ts';

interface VendorRecord {
  id: string;
  slug: string;
  name: string;
  sandbox: boolean;
  platform_id: string | null;
  platform_name: string | null;
  identity_scope: Vendor['identityScope'];
  country: string;
  hosts: string[];
  portal_url: string | null;
  requires_account: boolean | null;
  reserves_tickets: boolean | null;
  ticket_fields: Vendor['ticketFields'];
  opens: Vendor['window']['opens'];
  closes: Vendor['window']['closes'];
  delivery: Vendor['delivery'];
  emisor_rfcs: string[];
  tip: Vendor['tip'];
  technology: string | null;
  notes: Vendor['notes'];
  sources: Vendor['sources'];
  verified_at: string | null;
  /** `numeric` comes as text. */
  confidence: string;
}

const OF_TODAY = 'select * from (select * from public.vendors where retired_at is null) v';

export function createVendorStore({ sql }: { sql: Sql }): VendorStore {
  return {
    async get(id) {
      const [record] = await sql.query<VendorRecord>('select * from public.vendors where id = $1', [id]);
      return record === undefined ? null : toVendor(record);
    },
    list: ({ q, platform, ...query }) =>
      listPage<VendorRecord, VendorRow>(sql, {
        select: OF_TODAY,
        where: [
          { sql: 'position(? in search_text) > 0', value: q === undefined ? undefined : toSearch(q) },
          { sql: 'platform_id = ?', value: platform },
        ].filter(({ value }) => value !== undefined),
        query,
        toRow: toVendor,
      }),
    async countTasks({ vendorId, since }) {
      const [counts] = await sql.query<{ ended: number; completed: number }>(
        `select count(*)::integer as ended, count(*) filter (where status = 'COMPLETED')::integer as completed
           from public.automation_tasks
          where tenant_id = (select app.tenant_id()) and mode = (select app.mode()) and vendor_id = $1
            and id >= $2 and status in ('COMPLETED', 'FAILED')`,
        [vendorId, firstIdOf(since)],
      );
      return counts ?? { ended: 0, completed: 0 };
    },
  };
}

/** Every vendor of today, the sandbox's too. */
export async function listAllVendors(sql: Sql): Promise<VendorRow[]> {
  return (await sql.query<VendorRecord>('select * from app.list_vendors()')).map(toVendor);
}

const UPSERT = `
  insert into public.vendors (
    id, slug, name, sandbox, platform_id, platform_name, identity_scope, country, hosts, portal_url, requires_account,
    ticket_fields, opens, closes, delivery, technology, notes, sources, verified_at, confidence, search_text, emisor_rfcs, tip,
    reserves_tickets, updated_at
  ) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, app.now()
  ) on conflict (id) do update set
    slug = excluded.slug, name = excluded.name, sandbox = excluded.sandbox, platform_id = excluded.platform_id,
    platform_name = excluded.platform_name, identity_scope = excluded.identity_scope, country = excluded.country,
    hosts = excluded.hosts, portal_url = excluded.portal_url, requires_account = excluded.requires_account,
    ticket_fields = excluded.ticket_fields, opens = excluded.opens, closes = excluded.closes,
    delivery = excluded.delivery, technology = excluded.technology, notes = excluded.notes,
    sources = excluded.sources, verified_at = excluded.verified_at, confidence = excluded.confidence,
    search_text = excluded.search_text, emisor_rfcs = excluded.emisor_rfcs, tip = excluded.tip,
    reserves_tickets = excluded.reserves_tickets, updated_at = excluded.updated_at, retired_at = null`;

/**
 * Makes the directory hold these vendors, and no others of their kind: those that it held before are retired, for tasks
 * may name them. As `cfdi_system`.
 */
export async function syncVendors(
  sql: Sql,
  { sandbox, vendors }: { sandbox: boolean; vendors: readonly VendorRow[] },
): Promise<void> {
  for (const vendor of vendors) {
    if (vendor.sandbox !== sandbox) throw new TypeError(`${vendor.slug} is of the other kind`);
    await sql.query(UPSERT, toValues(vendor));
  }
  await sql.query(
    `update public.vendors set retired_at = app.now()
      where sandbox = $1 and retired_at is null and not (id = any ($2::uuid[]))`,
    [sandbox, vendors.map(({ id }) => id)],
  );
}

function toValues(vendor: VendorRow): unknown[] {
  const { platform, window } = vendor;
  const json = (value: unknown): string | null => (value === null ? null : pgJson(value));
  return [
    vendor.id,
    vendor.slug,
    vendor.name,
    vendor.sandbox,
    platform?.id ?? null,
    platform?.name ?? null,
    vendor.identityScope,
    vendor.country,
    vendor.hosts,
    vendor.portalUrl,
    vendor.requiresAccount,
    json(vendor.ticketFields),
    json(window.opens),
    json(window.closes),
    vendor.delivery,
    vendor.technology,
    json(vendor.notes),
    json(vendor.sources),
    vendor.verifiedAt,
    vendor.confidence,
    [vendor.name, platform?.name ?? '', ...vendor.hosts].map(toSearch).join(' '),
    vendor.emisorRfcs,
    json(vendor.tip),
    vendor.reservesTickets,
  ];
}

function toVendor(record: VendorRecord): VendorRow {
  const { platform_id: platformId, platform_name: platformName } = record;
  return {
    id: record.id,
    slug: record.slug,
    name: record.name,
    sandbox: record.sandbox,
    platform: platformId === null || platformName === null ? null : { id: platformId, name: platformName },
    identityScope: record.identity_scope,
    country: record.country,
    hosts: record.hosts,
    portalUrl: record.portal_url,
    requiresAccount: record.requires_account,
    reservesTickets: record.reserves_tickets,
    ticketFields: record.ticket_fields,
    window: { opens: record.opens, closes: record.closes },
    delivery: record.delivery,
    emisorRfcs: record.emisor_rfcs,
    tip: record.tip,
    technology: record.technology,
    notes: record.notes,
    sources: record.sources,
    verifiedAt: record.verified_at,
    confidence: Number(record.confidence),
  };
}

/** Small letters without accents, so that `guadalajara` and `Guadalajára` find the same. */
function toSearch(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}

/** The lowest UUIDv7 of a moment: every id that was made since is above it. */
function firstIdOf(at: Date): string {
  const ms = at.getTime().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
}
