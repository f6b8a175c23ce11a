/** The tenants' keys themselves: wrapped anew by the ring's current key, or joined by a new data key. */
import { SealBroken } from '../crypto/seal.ts';
import { newDataKey, rewrapKey, type WrappedKey } from '../crypto/tenant-keys.ts';
import { asSystem, FIRST_ID, type RotationContext } from './system.ts';

const BATCH = 200;

type KeyRecord = WrappedKey & { tenant_id: string };

export interface Rewrapped {
  rewrapped: number;
  /** Keys that no key of the ring opens; they stay as they are. */
  unreadable: number;
}

/**
 * Wraps every key that lies under another than the ring's current key. A batch is one transaction: a command that was
 * killed goes on where it stopped, two at once share the work.
 */
export async function rewrapKeys(context: RotationContext): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, unreadable: 0 };
  let last: Pick<KeyRecord, 'tenant_id' | 'purpose' | 'version'> = {
    tenant_id: FIRST_ID,
    purpose: 'data',
    version: 0,
  };
  for (;;) {
    const batch = await rewrapBatch(context, last);
    done.rewrapped += batch.rewrapped;
    done.unreadable += batch.unreadable;
    if (batch.last === undefined) return done;
    last = batch.last;
  }
}

async function rewrapBatch(
  { pool, keyRing }: RotationContext,
  after: Pick<KeyRecord, 'tenant_id' | 'purpose' | 'version'>,
): Promise<Rewrapped & { last: KeyRecord | undefined }> {
  return asSystem(pool, async (sql) => {
    const records = await sql.query<KeyRecord>(
      `select tenant_id, purpose, version, wrapped_key from public.tenant_keys
        where (tenant_id, purpose, version) > ($1, $2, $3) and app.sealed_with(wrapped_key) <> $4
        order by tenant_id, purpose, version limit ${BATCH}
        for no key update`,
      [after.tenant_id, after.purpose, after.version, keyRing.currentId],
    );
    let rewrapped = 0;
    for (const record of records) {
      const wrapped = tryRewrap(keyRing, record);
      if (wrapped === null) continue;
      await sql.query(
        'update public.tenant_keys set wrapped_key = $4 where tenant_id = $1 and purpose = $2 and version = $3',
        [record.tenant_id, record.purpose, record.version, wrapped],
      );
      rewrapped += 1;
    }
    return { rewrapped, unreadable: records.length - rewrapped, last: records.at(-1) };
  });
}

function tryRewrap(keyRing: RotationContext['keyRing'], record: KeyRecord): Buffer | null {
  try {
    return rewrapKey(keyRing, record.tenant_id, record);
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

/**
 * Gives a new version of the data key to every tenant (or the one) whose newest is older than that. It opens from now
 * on and writes a minute later. Returns how many got one; asking again at once gives none.
 */
export async function renewDataKeys(
  { pool, keyRing }: RotationContext,
  { olderThanMs, tenantId }: { olderThanMs: number; tenantId?: string | undefined },
): Promise<number> {
  let renewed = 0;
  for (let after = FIRST_ID; ;) {
    const due = await asSystem(pool, async (sql) => {
      const tenants = await sql.query<{ tenant_id: string; newest: number }>(
        `select tenant_id, max(version)::integer as newest from public.tenant_keys
          where purpose = 'data' and tenant_id > $1 and ($2::uuid is null or tenant_id = $2)
          group by tenant_id
          having max(created_at) <= app.now() - $3::float8 * interval '1 millisecond'
          order by tenant_id limit ${BATCH}`,
        [after, tenantId ?? null, olderThanMs],
      );
      for (const { tenant_id, newest } of tenants) {
        const key = newDataKey(keyRing, tenant_id, newest + 1);
        const added = await sql.query(
          `insert into public.tenant_keys (tenant_id, purpose, version, wrapped_key) values ($1, $2, $3, $4)
           on conflict do nothing returning version`,
          [tenant_id, key.purpose, key.version, key.wrapped_key],
        );
        renewed += added.length;
      }
      return tenants;
    });
    const last = due.at(-1);
    if (last === undefined) return renewed;
    after = last.tenant_id;
  }
}
