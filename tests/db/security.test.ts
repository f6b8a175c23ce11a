/** Who may touch which table: every table × command × who asks. A table that is not listed fails. */
import { createDatabase } from '@cfdi-live/db';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSuperuser, useFixture } from './support.ts';
import { seedEveryTable } from './seed.ts';

const fixture = useFixture();

const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;
type Command = (typeof COMMANDS)[number];

/** What a tenant may do to its own rows, whether they are apart by mode, and what the system may do to all rows. */
interface Grants {
  tenant: readonly Command[];
  byMode: boolean;
  system: readonly Command[];
  /** The system may change this column alone. */
  systemUpdates?: string;
}
const NONE = [] as const;
const READ = ['select'] as const;
const ADD = ['select', 'insert'] as const;
const CHANGE = ['select', 'insert', 'update'] as const;

const GRANTS: Record<string, Grants> = {
  tenants: { tenant: READ, byMode: false, system: ADD },
  tenant_keys: { tenant: READ, byMode: false, system: ADD },
  api_keys: { tenant: NONE, byMode: true, system: CHANGE, systemUpdates: 'revoked_at' },
  user_profiles: { tenant: ADD, byMode: true, system: NONE },
  ticket_issuances: { tenant: CHANGE, byMode: true, system: ['select', 'update'] },
  automation_tasks: { tenant: CHANGE, byMode: true, system: ['select', 'update'] },
  task_steps: { tenant: ADD, byMode: true, system: NONE },
  browser_sessions: { tenant: CHANGE, byMode: true, system: READ },
  artifacts: { tenant: ADD, byMode: true, system: NONE },
  cfdi_documents: { tenant: ADD, byMode: true, system: NONE },
  tenant_event_counters: { tenant: ['select', 'update'], byMode: false, system: CHANGE },
  task_events: { tenant: ADD, byMode: true, system: ADD },
  webhook_endpoints: {
    tenant: ['select', 'insert', 'delete'],
    byMode: true,
    system: ['select', 'update'],
    systemUpdates: 'disabled_at',
  },
  webhook_deliveries: { tenant: ADD, byMode: true, system: CHANGE },
  webhook_attempts: { tenant: READ, byMode: true, system: ['insert'] },
  audit_log: { tenant: ADD, byMode: false, system: ADD },
};
const TABLES = Object.keys(GRANTS);

/** `denied`: refused; `nothing`: allowed, but no row was to be seen; `done`: it reached the owner's row. */
type Outcome = 'denied' | 'nothing' | 'done';
type Matrix = Record<string, Record<Command, Outcome>>;

let client: Client;
let owner: string;
let other: string;

beforeAll(async () => {
  client = new Client({ connectionString: fixture.test.adminUrl });
  await client.connect();
  const scope = await fixture.newTenant('test');
  owner = scope.tenantId;
  other = (await fixture.newTenant('test')).tenantId;
  await seedEveryTable(fixture, scope);
});
afterAll(() => client.end());

/** Who asks: a role, and what its transaction claims. */
function actors(): Record<string, { role: string; tenant: string; mode: string }> {
  return {
    'the owner': { role: 'cfdi_tenant', tenant: owner, mode: 'test' },
    'another tenant': { role: 'cfdi_tenant', tenant: other, mode: 'test' },
    'the other mode': { role: 'cfdi_tenant', tenant: owner, mode: 'live' },
    'nobody in particular': { role: 'cfdi_tenant', tenant: '', mode: '' },
    anon: { role: 'anon', tenant: owner, mode: 'test' },
    authenticated: { role: 'authenticated', tenant: owner, mode: 'test' },
    service_role: { role: 'service_role', tenant: owner, mode: 'test' },
    'the API before it takes a role': { role: 'cfdi_api', tenant: owner, mode: 'test' },
    'the worker before it takes a role': { role: 'cfdi_worker', tenant: owner, mode: 'test' },
    'the system': { role: 'cfdi_system', tenant: '', mode: '' },
  };
}

function expected(table: string): Matrix {
  const { tenant, byMode, system } = GRANTS[table]!;
  const row = (granted: readonly Command[], sees: boolean) =>
    Object.fromEntries(
      COMMANDS.map((command): [Command, Outcome] => {
        if (!granted.includes(command)) return [command, 'denied'];
        if (sees) return [command, 'done'];
        // A row of somebody else is refused, rather than not found.
        return [command, command === 'insert' ? 'denied' : 'nothing'];
      }),
    ) as Record<Command, Outcome>;
  return {
    'the owner': row(tenant, true),
    'another tenant': row(tenant, false),
    'the other mode': row(tenant, !byMode),
    'nobody in particular': row(tenant, false),
    anon: row(NONE, false),
    authenticated: row(NONE, false),
    service_role: row(NONE, false),
    'the API before it takes a role': row(NONE, false),
    'the worker before it takes a role': row(NONE, false),
    'the system': row(system, true),
  };
}

/** Tries everything on one table inside the open transaction, and leaves it as it was. */
async function tryAll(table: string): Promise<Matrix> {
  const key = table === 'tenants' ? 'id' : 'tenant_id';
  const pending = table === 'automation_tasks' ? `and status = 'PENDING'` : '';
  const seeded = await client.query<{ row: object }>(
    `select to_jsonb(t) as row from public.${table} t where ${key} = $1 ${pending} limit 1`,
    [owner],
  );
  if (seeded.rows.length === 0) throw new Error(`${table} holds no row to try`);
  const matrix: Matrix = {};
  for (const [name, { role, tenant, mode }] of Object.entries(actors())) {
    const column = role === 'cfdi_system' ? (GRANTS[table]?.systemUpdates ?? key) : key;
    const tries: Record<Command, [string, unknown]> = {
      select: [`select 1 from public.${table} where ${key} = $1`, owner],
      insert: [
        `insert into public.${table} select * from jsonb_populate_record(null::public.${table}, $1)`,
        JSON.stringify(seeded.rows[0]?.row),
      ],
      update: [`update public.${table} set ${column} = ${column} where ${key} = $1`, owner],
      delete: [`delete from public.${table} where ${key} = $1`, owner],
    };
    const outcomes: Partial<Record<Command, Outcome>> = {};
    for (const command of COMMANDS) {
      await client.query('savepoint before');
      await client.query(
        `select set_config('role', $1, true), set_config('app.tenant_id', $2, true), set_config('app.mode', $3, true),
                set_config('request.jwt.claims', $4, true)`,
        [role, tenant, mode, JSON.stringify({ role, tenant_id: tenant, mode })],
      );
      outcomes[command] = await attempt(...tries[command]);
      await client.query('rollback to savepoint before');
    }
    matrix[name] = outcomes as Record<Command, Outcome>;
  }
  return matrix;
}

async function attempt(text: string, value: unknown): Promise<Outcome> {
  try {
    const { rowCount } = await client.query(text, [value]);
    return rowCount === 0 ? 'nothing' : 'done';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42501') return 'denied';
    // The copy of a row met the original: it was let in as far as that.
    if (code === '23505') return 'done';
    throw error;
  }
}

describe('row-level security', () => {
  test('is enabled and forced on every table, and every table is tried here', async () => {
    const tables = await asSuperuser<{ name: string; enabled: boolean; forced: boolean }>(
      fixture.test,
      `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced
         from pg_class where relnamespace in ('public'::regnamespace, 'app'::regnamespace) and relkind in ('r', 'p')`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
    expect(tables.filter(({ enabled, forced }) => !enabled || !forced)).toEqual([]);
  });

  test.each(TABLES)('of %s gives each what is theirs and no more', async (table) => {
    await client.query('begin');
    try {
      expect(await tryAll(table)).toEqual(expected(table));
    } finally {
      await client.query('rollback');
    }
  });

  test('is noticed here when any policy is dropped', async () => {
    const policies = await asSuperuser<{ table: string; name: string }>(
      fixture.test,
      `select tablename as table, policyname as name from pg_policies where schemaname = 'public'`,
    );
    expect(policies.length).toBeGreaterThan(40);
    for (const { table, name } of policies) {
      await client.query('begin');
      await client.query(`drop policy "${name}" on public.${table}`);
      expect(await tryAll(table), `${table}: ${name}`).not.toEqual(expected(table));
      await client.query('rollback');
    }
  });

  test.each(['tenant_id', 'mode'])('keeps a row from being moved by its %s', async (column) => {
    const value = column === 'mode' ? 'live' : other;
    for (const table of ['ticket_issuances', 'automation_tasks', 'browser_sessions']) {
      await client.query('begin');
      await client.query(`set local role cfdi_tenant`);
      await client.query(
        `select set_config('app.tenant_id', $1, true), set_config('app.mode', 'test', true)`,
        [owner],
      );
      expect(await attempt(`update public.${table} set ${column} = $1`, value)).toBe('denied');
      await client.query('rollback');
    }
  });
});

describe('functions', () => {
  test('of the system belong to cfdi_system, fix their search path, and are nobody else’s to call', async () => {
    const functions = await asSuperuser<{
      name: string;
      owner: string;
      config: string[] | null;
      acl: string[];
    }>(
      fixture.test,
      `select proname as name, pg_get_userbyid(proowner) as owner, proconfig as config, proacl::text[] as acl
         from pg_proc where pronamespace = 'app'::regnamespace and prosecdef`,
    );
    expect(functions.map(({ name }) => name).sort()).toEqual([
      'admit_tasks',
      'claim_deliveries',
      'claim_task',
      'fail_overdue_tasks',
      'find_api_key',
      'list_orphan_sessions',
      'list_stranded_tasks',
      'renew_lease',
      'settle_delivery',
    ]);
    for (const { name, owner, config, acl } of functions) {
      const login = name === 'find_api_key' ? 'cfdi_api' : 'cfdi_worker';
      expect(owner, name).toBe('cfdi_system');
      expect(config, name).toEqual(['search_path=""']);
      const callers = new Set(acl.map((entry) => entry.split('=')[0]));
      expect(callers, name).toEqual(new Set(['cfdi_system', login]));
    }
  });

  test('are closed to everyone by default', async () => {
    const open = await asSuperuser<{ name: string }>(
      fixture.test,
      `select p.proname as name from pg_proc p
        where p.pronamespace = 'app'::regnamespace
          and (p.proacl is null or has_function_privilege('anon', p.oid, 'execute'))`,
    );
    expect(open).toEqual([]);
  });
});

describe('the roles', () => {
  test('that log in are no superusers, pass over no policy and inherit nothing', async () => {
    const roles = await asSuperuser<{ name: string; strong: boolean; inherits: boolean }>(
      fixture.test,
      `select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong, rolinherit as inherits
         from pg_roles where rolname like 'cfdi_%' order by rolname`,
    );
    expect(roles.map(({ name }) => name)).toEqual([
      'cfdi_api',
      'cfdi_owner',
      'cfdi_system',
      'cfdi_tenant',
      'cfdi_worker',
    ]);
    expect(roles.filter(({ strong, inherits }) => strong || inherits)).toEqual([]);
  });

  test('are asked for by name: another login is refused by the first ping', async () => {
    await expect(fixture.api.ping()).resolves.toBeUndefined();
    const asAdmin = createDatabase({
      connectionString: fixture.test.adminUrl,
      role: 'cfdi_api',
      keyRing: fixture.keyRing,
      log: { warn: () => undefined },
    });
    await expect(asAdmin.ping()).rejects.toThrow('logs in as postgres');
    await asAdmin.close();
  });
});
