/** Who may touch which table: every table × command × who asks. A table that is not listed fails. */
import { newUuid } from '@cfdi-live/contract';
import { createDatabase } from '@cfdi-live/db';
import { Client, escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLERS, COMMANDS, GRANTS, NONE, READ, type Command } from './grants.ts';
import { asSuperuser, useFixture } from './support.ts';
import { seedEveryTable } from './seed.ts';

const fixture = useFixture();

const TABLES = Object.keys(GRANTS);

/** `denied`: refused; `nothing`: allowed, but no row was to be seen; `done`: it reached the owner's row. */
type Outcome = 'denied' | 'nothing' | 'done';
type Matrix = Record<string, Record<Command, Outcome>>;

/** People, as Supabase's tokens name them. */
const [MEMBER, OTHER_MEMBER, STRANGER] = [newUuid(), newUuid(), newUuid()];

let client: Client;
let owner: string;
let other: string;

beforeAll(async () => {
  client = new Client({ connectionString: fixture.test.adminUrl });
  await client.connect();
  await client.query(TRY);
  const scope = await fixture.newTenant('test');
  owner = scope.tenantId;
  other = (await fixture.newTenant('test')).tenantId;
  await seedEveryTable(fixture, scope);
  await client.query(
    `insert into tenant_members (id, tenant_id, user_id, role, invited_by)
       select gen_random_uuid(), t, u, 'viewer', 'system:test' from unnest($1::uuid[], $2::uuid[]) m (t, u)`,
    [
      [owner, other],
      [MEMBER, OTHER_MEMBER],
    ],
  );
});
afterAll(() => client.end());

/** Who asks: a role, and what its transaction claims. */
function actors(): Record<string, { role: string; tenant: string; mode: string; sub?: string }> {
  return {
    'the owner': { role: 'cfdi_tenant', tenant: owner, mode: 'test' },
    'another tenant': { role: 'cfdi_tenant', tenant: other, mode: 'test' },
    'the other mode': { role: 'cfdi_tenant', tenant: owner, mode: 'live' },
    'nobody in particular': { role: 'cfdi_tenant', tenant: '', mode: '' },
    anon: { role: 'anon', tenant: owner, mode: 'test' },
    'a signed-in stranger': { role: 'authenticated', tenant: owner, mode: 'test', sub: STRANGER },
    'a member': { role: 'authenticated', tenant: '', mode: '', sub: MEMBER },
    'a member of another tenant': { role: 'authenticated', tenant: owner, mode: 'test', sub: OTHER_MEMBER },
    'nobody who is signed in': { role: 'authenticated', tenant: owner, mode: 'test' },
    service_role: { role: 'service_role', tenant: owner, mode: 'test' },
    'the API before it takes a role': { role: 'cfdi_api', tenant: owner, mode: 'test' },
    'the worker before it takes a role': { role: 'cfdi_worker', tenant: owner, mode: 'test' },
    'the system': { role: 'cfdi_system', tenant: '', mode: '' },
  };
}

function expected(table: string): Matrix {
  const { tenant, byMode, system, members, shared } = GRANTS[table]!;
  const readable = members === true ? READ : NONE;
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
    'another tenant': row(tenant, shared === true),
    'the other mode': row(tenant, !byMode),
    'nobody in particular': row(tenant, false),
    anon: row(NONE, false),
    'a signed-in stranger': row(readable, false),
    'a member': row(readable, true),
    'a member of another tenant': row(readable, false),
    'nobody who is signed in': row(readable, false),
    service_role: row(NONE, false),
    'the API before it takes a role': row(NONE, false),
    'the worker before it takes a role': row(NONE, false),
    'the system': row(system, true),
  };
}

/** One try of one actor, undone before it returns: `denied`, `nothing` or `done`. */
const TRY = `
  create function pg_temp.try(p_try jsonb) returns text language plpgsql as $$
  declare
    v_rows bigint;
  begin
    perform set_config('role', p_try ->> 'role', true), set_config('app.tenant_id', p_try ->> 'tenant', true),
      set_config('app.mode', p_try ->> 'mode', true), set_config('request.jwt.claims', p_try ->> 'claims', true);
    execute p_try ->> 'sql';
    get diagnostics v_rows = row_count;
    raise exception using errcode = 'TRIED', message = case v_rows when 0 then 'nothing' else 'done' end;
  exception
    when insufficient_privilege then return 'denied';
    -- The copy of a row met the original, or a row is referred to: it was let in as far as that.
    when unique_violation or foreign_key_violation then return 'done';
    when sqlstate 'TRIED' then return sqlerrm;
  end $$`;

/** The commands on one row of the owner, as SQL. */
interface Target {
  commands: Record<Exclude<Command, 'update'>, string>;
  update(column: string): string;
  key: string;
}
const targets = new Map<string, Target>();

async function findTarget(table: string): Promise<Target> {
  const key = GRANTS[table]?.key ?? 'tenant_id';
  const mine = key === 'id' || key === 'tenant_id' ? `where ${key} = ${escapeLiteral(owner)}` : '';
  const pending = table === 'automation_tasks' ? `and status = 'PENDING'` : '';
  const { rows } = await client.query<{ row: Record<string, unknown>; columns: string }>(
    `select to_jsonb(t) as row, (
       select string_agg(quote_ident(attname), ', ') from pg_attribute
         where attrelid = 'public.${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     ) as columns from public.${table} t ${mine} ${pending} limit 1`,
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`${table} holds no row to try`);
  const where = `where ${key} = ${escapeLiteral(String(found.row[key]))}`;
  const copy = escapeLiteral(JSON.stringify(found.row));
  return {
    key,
    commands: {
      select: `select 1 from public.${table} ${where}`,
      insert: `insert into public.${table} (${found.columns})
        select ${found.columns} from jsonb_populate_record(null::public.${table}, ${copy})`,
      delete: `delete from public.${table} ${where}`,
    },
    update: (column) => `update public.${table} set ${column} = ${column} ${where}`,
  };
}

/** Tries everything on one table, in one round trip, and leaves it as it was. */
async function tryAll(table: string): Promise<Matrix> {
  const target = targets.get(table) ?? (await findTarget(table));
  targets.set(table, target);
  const tries = Object.entries(actors()).flatMap(([name, { role, tenant, mode, sub }]) => {
    const column =
      (role === 'cfdi_system' ? GRANTS[table]?.systemUpdates : GRANTS[table]?.tenantUpdates) ?? target.key;
    const claims = JSON.stringify({ role, tenant_id: tenant, mode, ...(sub === undefined ? {} : { sub }) });
    return COMMANDS.map((command) => {
      const sql = command === 'update' ? target.update(column) : target.commands[command];
      return { name, command, role, tenant, mode, claims, sql };
    });
  });
  const { rows } = await client.query<{ name: string; command: Command; outcome: Outcome }>(
    `select t ->> 'name' as name, t ->> 'command' as command, pg_temp.try(t) as outcome
       from jsonb_array_elements($1) t`,
    [JSON.stringify(tries)],
  );
  const matrix: Matrix = {};
  for (const { name, command, outcome } of rows) {
    matrix[name] = { ...matrix[name], [command]: outcome } as Record<Command, Outcome>;
  }
  return matrix;
}

describe('row-level security', () => {
  test('is enabled and forced on every table, and every table is tried here', async () => {
    const tables = await asSuperuser<{ name: string; enabled: boolean; forced: boolean }>(
      fixture.test,
      `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced
         from pg_class where relnamespace in ('public'::regnamespace, 'app'::regnamespace) and relkind in ('r', 'p')`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES, 'rate_limits'].sort());
    expect(tables.filter(({ enabled, forced }) => !enabled || !forced)).toEqual([]);
  });

  // It belongs to no tenant: the API counts requests before it knows for whom.
  test('of the counted requests is for the API’s own login', async () => {
    for (const [name, { role, tenant, mode }] of Object.entries(actors())) {
      await client.query('begin');
      await client.query(
        `select set_config('role', $1, true), set_config('app.tenant_id', $2, true),
        set_config('app.mode', $3, true)`,
        [role, tenant, mode],
      );
      const counting = client.query(`insert into app.rate_limits values ('x', 1, 1)`);
      if (role === 'cfdi_api') await counting;
      else await expect(counting, name).rejects.toThrow(/permission denied/);
      await client.query('rollback');
    }
  });

  test.each(TABLES)('of %s gives each what is theirs and no more', async (table) => {
    expect(await tryAll(table)).toEqual(expected(table));
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
    for (const table of [
      'ticket_issuances',
      'automation_tasks',
      'browser_sessions',
      'webhook_endpoints',
      'inbound_mails',
    ]) {
      const sql = `update public.${table} set ${column} = ${escapeLiteral(value)}`;
      const attempt = { role: 'cfdi_tenant', tenant: owner, mode: 'test', claims: '{}', sql };
      const { rows } = await client.query<{ outcome: Outcome }>('select pg_temp.try($1) as outcome', [
        attempt,
      ]);
      expect(rows, table).toEqual([{ outcome: 'denied' }]);
    }
  });
});

/** Who may call a function besides its owner: one name, several with a comma, or null for nobody. */
function callersOf(acl: readonly string[]): string | null {
  const callers = acl.map((entry) => entry.split('=')[0] ?? '').filter((role) => role !== 'cfdi_system');
  return callers.length === 0 ? null : callers.sort().join(',');
}

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
    expect(Object.fromEntries(functions.map(({ name, acl }) => [name, callersOf(acl)]))).toEqual(CALLERS);
    for (const { name, owner, config } of functions) {
      expect(owner, name).toBe('cfdi_system');
      expect(config, name).toEqual(['search_path=""']);
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
