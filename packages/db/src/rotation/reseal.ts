/** Values and files that lie under an earlier data key of their tenant, sealed again with its current one. */
import { ROW_IDS, SEALED_COLUMNS, type RowId, type SealedTable } from '../crypto/sealed-columns.ts';
import { KeysDestroyed, type Cell, type TenantKeys } from '../crypto/tenant-keys.ts';
import { SealBroken } from '../crypto/seal.ts';
import { fileCell, type ObjectStorage } from '../storage/vault.ts';
import { asSystem, FIRST_ID, type RotationContext } from './system.ts';

/** Few enough that a batch of mails fits in memory. */
const BATCH = 50;

export interface Resealed {
  resealed: number;
  /** What does not open: altered, or sealed with a key that is gone. It stays as it is. */
  broken: number;
}

export const SEALED_TABLES = Object.keys(SEALED_COLUMNS) as SealedTable[];
const BY_ID: RowId = { read: 't.id::text', matches: (rowId) => `t.id = ${rowId}::uuid` };

/** Whether a column of `t` lies under another key than the one whose version is the bind parameter. */
function isOld(column: string, parameter: string): string {
  return `app.sealed_with(t.${column}) <> ${parameter}`;
}

/** All of one tenant's values in one table. Rows that somebody else changes meanwhile are under the current key by that. */
export async function resealTable(
  { pool }: RotationContext,
  table: SealedTable,
  { keys, version }: { keys: TenantKeys; version: number },
): Promise<Resealed> {
  const columns: readonly string[] = SEALED_COLUMNS[table];
  const id = ROW_IDS[table] ?? BY_ID;
  const done: Resealed = { resealed: 0, broken: 0 };
  for (let after = ''; ;) {
    const records = await asSystem(pool, (sql) =>
      sql.query<{ row_id: string } & Record<string, Buffer | null>>(
        `select ${id.read} as row_id, ${columns.map((column) => `t.${column}`).join(', ')}
           from public.${table} t
          where t.tenant_id = $1 and (${columns.map((column) => isOld(column, '$2')).join(' or ')})
            and ${id.read} > $3
          order by 1 limit ${BATCH}`,
        [keys.tenantId, String(version), after],
      ),
    );
    for (const column of columns) {
      const changes = records.flatMap((record) => {
        const old = record[column];
        return old === null || old === undefined || keys.isCurrent(old) ? [] : [{ id: record.row_id, old }];
      });
      const sealed = changes.flatMap(({ id: rowId, old }) => {
        // The column is one of the table's: both come from the same entry of the list.
        const anew = resealed(keys, { table, column, rowId } as Cell, old);
        return anew === null ? [] : [{ rowId, old, anew }];
      });
      done.broken += changes.length - sealed.length;
      if (sealed.length === 0) continue;
      const updated = await asSystem(pool, (sql) =>
        sql.query(
          `update public.${table} t set ${column} = n.anew
             from unnest($2::text[], $3::bytea[], $4::bytea[]) as n (row_id, old, anew)
            where t.tenant_id = $1 and ${id.matches('n.row_id')} and t.${column} = n.old
            returning 1`,
          [
            keys.tenantId,
            sealed.map(({ rowId }) => rowId),
            sealed.map(({ old }) => old),
            sealed.map(({ anew }) => anew),
          ],
        ),
      );
      done.resealed += updated.length;
    }
    const last = records.at(-1);
    if (last === undefined) return done;
    after = last.row_id;
  }
}

/**
 * All of one tenant's files. Each row is locked while its file is exchanged: a file whose row is deleted meanwhile
 * would come back otherwise.
 */
export async function resealFiles(
  { pool }: RotationContext,
  storage: Pick<ObjectStorage, 'get' | 'put'>,
  keys: TenantKeys,
): Promise<Resealed> {
  const done: Resealed = { resealed: 0, broken: 0 };
  for (let after = FIRST_ID; ;) {
    const seen = await asSystem(pool, async (sql) => {
      const [file] = await sql.query<{ id: string; storage_path: string }>(
        `select id, storage_path from public.artifacts where tenant_id = $1 and id > $2
          order by id limit 1 for no key update`,
        [keys.tenantId, after],
      );
      if (file === undefined) return undefined;
      const old = await storage.get(file.storage_path);
      if (old === null || keys.isCurrent(old)) return file;
      const anew = resealed(keys, fileCell(file.storage_path), old);
      if (anew === null) done.broken += 1;
      else {
        await storage.put(file.storage_path, anew);
        done.resealed += 1;
      }
      return file;
    });
    if (seen === undefined) return done;
    after = seen.id;
  }
}

function resealed(keys: TenantKeys, cell: Cell, old: Uint8Array): Buffer | null {
  try {
    return keys.seal(cell, keys.open(cell, old));
  } catch (error) {
    if (error instanceof SealBroken) return null;
    if (error instanceof KeysDestroyed) return null;
    throw error;
  }
}

/** How many values of a table lie under another key than their tenant's newest, by column. */
export async function countOld(
  { pool }: RotationContext,
  table: SealedTable,
  tenantId: string | null,
): Promise<Record<string, number>> {
  const columns: readonly string[] = SEALED_COLUMNS[table];
  const [record] = await asSystem(pool, (sql) =>
    sql.query<Record<string, string>>(
      `with renewed as (
         select k.tenant_id, max(k.version)::text as version from public.tenant_keys k
           where k.purpose = 'data' and ($1::uuid is null or k.tenant_id = $1)
           group by k.tenant_id having count(*) > 1
       )
       select ${columns.map((column) => `count(*) filter (where ${isOld(column, 'r.version')}) as ${column}`).join(', ')}
         from public.${table} t join renewed r on r.tenant_id = t.tenant_id`,
      [tenantId],
    ),
  );
  return Object.fromEntries(columns.map((column) => [column, Number(record?.[column] ?? 0)]));
}
