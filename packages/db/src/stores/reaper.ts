import type { Mode } from '@cfdi-live/contract';
import type { ReaperStore } from '@cfdi-live/domain';
import type { SystemContext } from '../system-context.ts';
import { toSession, type SessionRecord } from './sessions.ts';

export function createReaperStore({ sql }: SystemContext): ReaperStore {
  return {
    async deploymentId() {
      const [row] = await sql.query<{ id: string }>('select app.deployment_id() as id', []);
      if (row === undefined) throw new Error('the database does not say which deployment it is');
      return row.id;
    },
    async listStrayBrowsers({ running, graceMs }) {
      const rows = await sql.query<{ id: string }>(
        `select id from app.list_stray_browsers($1, $2, $3::float8 * interval '1 millisecond') as s (id)`,
        [
          running.map(({ providerSessionId }) => providerSessionId),
          running.map(({ rowId }) => rowId),
          graceMs,
        ],
      );
      return rows.map(({ id }) => id);
    },
    async listUnseenSessions({ seen, graceMs }) {
      const records = await sql.query<SessionRecord & { tenant_id: string; mode: Mode }>(
        `select * from app.list_unseen_sessions($1, $2::float8 * interval '1 millisecond')`,
        [seen, graceMs],
      );
      return records.map((record) => ({
        ...toSession(record),
        tenantId: record.tenant_id,
        mode: record.mode,
      }));
    },
  };
}
