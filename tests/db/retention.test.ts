/** What is kept for how long: one row of each kind, and years that pass. */
import { newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { TenantScope } from '@cfdi-live/domain';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asLogin, asSuperuser, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Months differ by up to three days, by where one begins. */
const MONTH_SLACK = 4 * DAY;

/** Rows by what they are, with the place to look for them and how long they stay. */
const KEPT = [
  { what: 'a quota’s hour', table: 'task_quotas', for: '1 hour', slack: HOUR / 2 },
  { what: 'an idempotency key', table: 'idempotency_keys', for: '24 hours', slack: HOUR },
  { what: 'a delivery', table: 'webhook_deliveries', for: '30 days', slack: HOUR },
  { what: 'an attempt', table: 'webhook_attempts', for: '30 days', slack: HOUR },
  { what: 'a terminated session', table: 'browser_sessions', for: '30 days', slack: HOUR },
  { what: 'a live token', table: 'live_tokens', for: '30 days', slack: HOUR },
  { what: 'a health check', table: 'health_checks', for: '30 days', slack: HOUR, all: true },
  { what: 'an event', table: 'task_events', for: '90 days', slack: HOUR },
  { what: 'a mail', table: 'inbound_mails', for: '90 days', slack: HOUR },
  { what: 'a completed task’s step', table: 'task_steps', of: 'completed', for: '3 months' },
  {
    what: 'a completed task’s picture',
    table: 'artifacts',
    of: 'completed',
    kind: 'screenshot',
    for: '3 months',
  },
  { what: 'a failed task’s step', table: 'task_steps', of: 'failed', for: '6 months' },
  { what: 'a failed task’s picture', table: 'artifacts', of: 'failed', kind: 'screenshot', for: '6 months' },
  { what: 'a failed task', table: 'automation_tasks', of: 'failed', for: '6 months' },
  { what: 'a cancelled task', table: 'automation_tasks', of: 'cancelled', for: '6 months' },
  { what: 'a completed task', table: 'automation_tasks', of: 'completed', for: '1 year' },
  { what: 'a free ticket', table: 'ticket_issuances', of: 'cancelled', for: '1 year' },
  { what: 'the audit', table: 'audit_log', for: '2 years', action: 'profile.changed' },
  { what: 'an invoice', table: 'cfdi_documents', for: '5 years' },
  { what: 'its XML', table: 'artifacts', of: 'completed', kind: 'xml', for: '5 years' },
  { what: 'its PDF', table: 'artifacts', of: 'completed', kind: 'pdf', for: '5 years' },
  { what: 'an issued ticket', table: 'ticket_issuances', of: 'completed', for: '5 years' },
  { what: 'a ticket in doubt', table: 'ticket_issuances', of: 'failed', for: '5 years' },
] as const;
type Kept = (typeof KEPT)[number];

interface Ids {
  tenant: string;
  tasks: Record<'completed' | 'failed' | 'cancelled', string>;
  tickets: Record<'completed' | 'failed' | 'cancelled', string>;
}

let scope: TenantScope;
let ids: Ids;
let usageAtFirst: unknown;
/** Milliseconds of each time that something is kept for. */
const spans = new Map<string, number>();

beforeAll(async () => {
  scope = await fixture.newTenant();
  ids = await makeRows(scope.tenantId);
  usageAtFirst = await usage();
  for (const kept of KEPT) spans.set(kept.for, await milliseconds(kept.for));
});
afterAll(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

describe('retention', () => {
  test('removes each thing when its time has come, and not before', async () => {
    const moments = KEPT.flatMap((kept) =>
      [-1, 1].map((side) => spans.get(kept.for)! + side * slackOf(kept)),
    );
    for (const moment of [...new Set(moments)].sort((a, b) => a - b)) {
      await passTo(moment);
      const there = await whatIsThere();
      const days = (moment / DAY).toFixed(2);
      for (const kept of KEPT) {
        const remaining = spans.get(kept.for)! - moment;
        if (remaining >= slackOf(kept)) expect(there, `after ${days} days`).toContain(kept.what);
        else if (remaining <= -slackOf(kept)) expect(there, `after ${days} days`).not.toContain(kept.what);
      }
    }
    expect(await whatIsThere()).toEqual([]);
  });

  test('left the paths of files whose rows went, and no other', async () => {
    const noted = await asSuperuser<{ path: string }>(
      fixture.test,
      `select storage_path as path from storage_deletions where tenant_id = $1 order by id`,
      [ids.tenant],
    );
    expect(noted.map(({ path }) => path).sort()).toEqual(
      ['completed.pdf', 'completed.png', 'completed.xml', 'failed.png'].map(
        (name) => `${ids.tenant}/${name}`,
      ),
    );
  });

  test('left the figures of usage as they were', async () => {
    const after = await usage();
    expect(after).toEqual(usageAtFirst);
    expect(after).toMatchObject({
      completed: 1,
      failed: 1,
      cancelled: 1,
      completed_ms: 90_000,
      sessions: 1,
      session_ms: 120_000,
      steps: 2,
      tokens: 700,
      cost_usd: 0.03,
    });
  });

  test('is in the audit: each run, and each tenant’s invoices', async () => {
    const entries = await asSuperuser<{ tenant_id: string | null; action: string; details: object }>(
      fixture.test,
      `select tenant_id, action, details from audit_log where actor = 'system:retention' order by id`,
    );
    expect(entries.filter(({ tenant_id }) => tenant_id !== null)).toEqual([
      { tenant_id: ids.tenant, action: 'cfdi.removed', details: { removed: 1 } },
    ]);
    // Those before are past their own time by now.
    expect(entries.at(-1)).toMatchObject({
      action: 'retention.run',
      details: { done: true, removed: { cfdi_documents: 1, documents: 2, ticket_issuances: 2 } },
    });
  });
});

describe('a run of retention', () => {
  const KEYS = 2500;
  const left = async () => {
    const [row] = await asSuperuser<{ n: number }>(
      fixture.test,
      'select count(*)::int as n from idempotency_keys where tenant_id = $1',
      [scope.tenantId],
    );
    return row!.n;
  };
  const expire = () => fixture.worker.system.retain({ what: 'expired', budgetMs: 0 });

  beforeAll(async () => {
    await shiftDatabaseClock(fixture.test.ownerUrl, 0);
    await asSuperuser(
      fixture.test,
      `insert into idempotency_keys (tenant_id, mode, key_hash, request_hash, status, created_at)
         select $1, 'test', sha256(i::text::bytea), sha256(''), 201, now() - interval '25 hours'
           from generate_series(1, ${KEYS}) i`,
      [scope.tenantId],
    );
  });

  test('ends when its time is used up, and says that there is more', async () => {
    expect(await expire()).toBe(false);
    expect(await left()).toBe(KEYS - 1000);
  });

  test('may be made by several at once, and is soon over', async () => {
    while ((await Promise.all([expire(), expire(), expire()])).includes(false));
    expect(await left()).toBe(0);
  });

  test('waits for nobody who holds a row', async () => {
    const [endpoint, event, delivery] = [newUuid(), newUuid(), newUuid()];
    await asSuperuser(
      fixture.test,
      `set session_replication_role = replica;
       insert into webhook_deliveries (id, tenant_id, mode, endpoint_id, event_id, status, created_at) values
         ('${delivery}', '${scope.tenantId}', 'test', '${endpoint}', '${event}', 'failed', now() - interval '31 days')`,
    );
    const holder = new Client({ connectionString: fixture.test.adminUrl });
    await holder.connect();
    const removed = () =>
      asSuperuser(fixture.test, `select from webhook_deliveries where id = $1`, [delivery]).then(
        (rows) => rows.length === 0,
      );
    await holder.query('begin');
    await holder.query('select from webhook_deliveries where id = $1 for update', [delivery]);
    await fixture.worker.system.retain({ what: 'everything', budgetMs: 10_000 });
    expect(await removed()).toBe(false);
    await holder.end();
    await fixture.worker.system.retain({ what: 'everything', budgetMs: 10_000 });
    expect(await removed()).toBe(true);
  });

  test('knows its rules, and no others', async () => {
    const call = `call app.run_retention('{everything}')`;
    await expect(asLogin(fixture.test.workerUrl, call)).rejects.toThrow(
      'no such rule of retention: everything',
    );
    await expect(asLogin(fixture.test.apiUrl, 'call app.run_retention()')).rejects.toThrow(
      'permission denied',
    );
  });
});

async function makeRows(tenant: string): Promise<Ids> {
  const tasks = { completed: newUuid(), failed: newUuid(), cancelled: newUuid() };
  const tickets = { completed: newUuid(), failed: newUuid(), cancelled: newUuid() };
  const [endpoint, event, delivery, session] = [newUuid(), newUuid(), newUuid(), newUuid()];
  const state = { completed: 'issued', failed: 'in_doubt', cancelled: 'none' };
  const hash = `decode(repeat('ab', 32), 'hex')`;
  const mine = `'${tenant}', 'test'`;
  const start = `now() - interval '90 seconds'`;
  const perTask = (['completed', 'failed', 'cancelled'] as const).map(
    (name) => `
      insert into ticket_issuances (id, tenant_id, mode, ticket_key, state, task_id, doubt_since, cfdi_uuid)
        values ('${tickets[name]}', ${mine}, sha256('${name}'), '${state[name]}', '${tasks[name]}', now(), 'UUID');
      insert into automation_tasks (
        id, tenant_id, mode, status, vendor_url, vendor_host, ticket_id, ticket_details, profile_snapshot, cfdi, failure,
        created_by, started_at, finished_at
      ) values (
        '${tasks[name]}', ${mine}, '${name.toUpperCase()}', 'https://a.mx/', 'a.mx', '${tickets[name]}', 'x', 'x', 'x',
        '{}', 'key', ${start}, now()
      );`,
  );
  const evidence = (['completed', 'failed'] as const).map(
    (name) => `
      insert into task_steps (
        id, tenant_id, mode, task_id, run_id, index, step_type, summary, planner, duration_ms, tokens, cost_usd
      ) values (
        gen_random_uuid(), ${mine}, '${tasks[name]}', gen_random_uuid(), 1, 'click', 's', 'llm', 100, 350, 0.015
      );
      insert into artifacts (id, tenant_id, mode, task_id, kind, file_name, content_type, size, sha256, storage_path)
        values (gen_random_uuid(), ${mine}, '${tasks[name]}', 'screenshot', 'x', 'image/png', 1, repeat('a', 64),
          '${tenant}/${name}.png');`,
  );
  const documents = ['xml', 'pdf'].map(
    (kind) => `
      insert into artifacts (id, tenant_id, mode, task_id, kind, file_name, content_type, size, sha256, storage_path)
        values (gen_random_uuid(), ${mine}, '${tasks.completed}', '${kind}', 'x', 'x/x', 1, repeat('a', 64),
          '${tenant}/completed.${kind}');`,
  );
  // Triggers and foreign keys rest, so that a task may begin at its end.
  await asSuperuser(
    fixture.test,
    `set session_replication_role = replica;
     ${perTask.join('')} ${evidence.join('')} ${documents.join('')}
     insert into cfdi_documents (
       id, tenant_id, mode, uuid, task_id, xml_artifact_id, verdict, authenticated_by, accepted, emisor_rfc, total,
       issued_at, facts, findings
     ) values (
       gen_random_uuid(), ${mine}, 'UUID', '${tasks.completed}', gen_random_uuid(), 'authenticated', 'trust', true,
       'EKU9003173C9', 1160, now(), 'x', 'x'
     );
     insert into browser_sessions (id, tenant_id, mode, task_id, run_id, status, created_at, terminated_at)
       values ('${session}', ${mine}, '${tasks.failed}', gen_random_uuid(), 'terminated', now() - interval '2 min', now());
     insert into task_events (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
       values ('${tenant}', 1, '${event}', 'test', '${tasks.completed}', 1, 'task.completed', '{}', now());
     insert into webhook_endpoints (id, tenant_id, mode, url, secret) values ('${endpoint}', ${mine}, 'https://a.mx/', 'x');
     insert into webhook_deliveries (id, tenant_id, mode, endpoint_id, event_id, status, created_at)
       values ('${delivery}', ${mine}, '${endpoint}', '${event}', 'delivered', now());
     insert into webhook_attempts (tenant_id, mode, delivery_id, number, status, duration_ms, response_head, created_at)
       values (${mine}, '${delivery}', 1, 200, 5, '', now());
     insert into live_tokens (id, tenant_id, mode, task_id, secret_hash, access, origin, actor, expires_at, created_by)
       values (gen_random_uuid(), ${mine}, '${tasks.failed}', ${hash}, 'view', 'https://a.mx', 'x', now(), 'key');
     insert into inbound_mails (id, tenant_id, mode, task_id, token_hash, message_id_hash, body_hash, content, size)
       values (gen_random_uuid(), ${mine}, '${tasks.completed}', ${hash}, ${hash}, ${hash}, 'x', 1);
     insert into idempotency_keys (tenant_id, mode, key_hash, request_hash, status) values (${mine}, ${hash}, ${hash}, 201);
     insert into task_quotas (tenant_id, mode, subject, hour_began_at, used) values (${mine}, '', now(), 1);
     insert into audit_log (id, tenant_id, mode, actor, action)
       values (gen_random_uuid(), ${mine}, 'system:seed', 'profile.changed');
     insert into health_checks (status, connections, table_sizes) values ('ok', 1, '{}')`,
  );
  return { tenant, tasks, tickets };
}

/** `span` after the rows were made, and a run of retention. */
async function passTo(span: number): Promise<void> {
  await shiftDatabaseClock(fixture.test.ownerUrl, span);
  expect(await fixture.worker.system.retain({ what: 'everything', budgetMs: 10_000 })).toBe(true);
}

async function whatIsThere(): Promise<string[]> {
  const rows = KEPT.map(
    (kept, index) =>
      `select ${index} as index where exists (select from ${kept.table} where ${whereOf(kept)})`,
  );
  const found = await asSuperuser<{ index: number }>(
    fixture.test,
    `${rows.join(' union all ')} order by index`,
  );
  return found.map(({ index }) => KEPT[index]!.what);
}

function whereOf(kept: Kept): string {
  if ('all' in kept) return 'true';
  const conditions = [`tenant_id = '${ids.tenant}'`];
  if ('kind' in kept) conditions.push(`kind = '${kept.kind}'`);
  if ('action' in kept) conditions.push(`action = '${kept.action}'`);
  if ('of' in kept) {
    const byTicket = kept.table === 'ticket_issuances';
    const column = byTicket || kept.table === 'automation_tasks' ? 'id' : 'task_id';
    conditions.push(`${column} = '${byTicket ? ids.tickets[kept.of] : ids.tasks[kept.of]}'`);
  }
  return conditions.join(' and ');
}

function slackOf(kept: Kept): number {
  return 'slack' in kept ? kept.slack : MONTH_SLACK;
}

async function milliseconds(interval: string): Promise<number> {
  const [row] = await asSuperuser<{ ms: number }>(
    fixture.test,
    `select (extract(epoch from (now() + $1::interval) - now()) * 1000)::float8 as ms`,
    [interval],
  );
  return row!.ms;
}

/** The tenant's totals of these days, as its own role sees them. */
async function usage(): Promise<object> {
  const [row] = await asLogin<{ figures: object }>(
    fixture.test.adminUrl,
    `select figures from (
       select set_config('role', 'cfdi_tenant', false), set_config('app.tenant_id', $1, false),
         set_config('app.mode', 'test', false)
     ) as asked, lateral app.usage((now() - interval '1 day')::date, (now() + interval '1 day')::date, null)
     where kind = 'total'`,
    [ids.tenant],
  );
  return row!.figures;
}
