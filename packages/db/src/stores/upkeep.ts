import type { HealthCheck, UpkeepScheduler, UpkeepStore, UpkeepWork } from '@cfdi-live/domain';
import { UPKEEP_TIMES } from '@cfdi-live/domain';
import type { Sql } from '../pool.ts';

/** Rows of one transaction. */
const BATCH = 1000;
/** What is kept for hours only. */
const EXPIRING = ['idempotency_keys', 'task_quotas'];

/** What pg_cron runs for each work. */
const COMMANDS: Record<UpkeepWork, string> = {
  retention: 'call app.run_retention()',
  expiry: `call app.run_retention('{${EXPIRING.join(',')}}')`,
  health: 'select app.check_health()',
};
/** Its jobs are named so: others may have jobs there. */
const JOB_PREFIX = 'cfdi_live_';

export function createUpkeepStore({ sql }: { sql: Sql }): UpkeepStore {
  return {
    async retain({ what, budgetMs }) {
      const [run] = await sql.query<{ p_done: boolean }>(
        `call app.run_retention($1, $2, $3::float8 * interval '1 millisecond')`,
        [what === 'everything' ? null : EXPIRING, BATCH, budgetMs],
      );
      return run?.p_done ?? false;
    },
    async checkHealth() {
      const [check] = await sql.query<{
        status: HealthCheck['status'];
        connections: number;
        active_connections: number | null;
        long_queries: number | null;
      }>('select status, connections, active_connections, long_queries from app.check_health()', []);
      if (check === undefined) throw new Error('the health was not checked');
      return {
        status: check.status,
        connections: check.connections,
        activeConnections: check.active_connections,
        longQueries: check.long_queries,
      };
    },
    async claimStorageDeletions(limit) {
      const records = await sql.query<{ id: string; storage_path: string; attempts: number }>(
        'select * from app.claim_storage_deletions($1)',
        [limit],
      );
      return records.map(({ id, storage_path, attempts }) => ({ id, storagePath: storage_path, attempts }));
    },
    async strikeStorageDeletions(ids) {
      await sql.query('select app.strike_storage_deletions($1)', [ids]);
    },
    async findCron() {
      return (await hasCron(sql)) ? createCron(sql) : null;
    },
  };
}

/**
 * By the catalogue: naming a function in a schema that we may not use is an error, not a no. Argument names, for their
 * types are `name` or `text` by pg_cron's version.
 */
async function hasCron(sql: Sql): Promise<boolean> {
  const [found] = await sql.query<{ usable: boolean }>(
    `select count(*) = 2 as usable
       from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'cron' and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
        and (
          (p.proname = 'schedule' and p.proargnames = '{job_name,schedule,command}')
          or (p.proname = 'unschedule' and p.proargnames = '{job_name}')
        )`,
    [],
  );
  return found?.usable ?? false;
}

/** pg_cron. A job of a name that it knows is changed; each login sees and changes its own alone. */
function createCron(sql: Sql): UpkeepScheduler {
  return {
    async replace(works) {
      const names = works.map((work) => JOB_PREFIX + work);
      await sql.query(
        `select cron.unschedule(j.jobname) from cron.job j
          where starts_with(j.jobname::text, $1) and j.jobname::text <> all ($2) and j.username = current_user`,
        [JOB_PREFIX, names],
      );
      for (const work of works) {
        await sql.query('select cron.schedule($1, $2, $3)', [
          JOB_PREFIX + work,
          UPKEEP_TIMES[work],
          COMMANDS[work],
        ]);
      }
    },
  };
}
