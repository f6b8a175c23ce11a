/** A member with a token of Supabase's, by plain SQL: what its REST would let them do. */
import { newUuid } from '@cfdi-live/contract';
import type { TenantScope } from '@cfdi-live/domain';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedEveryTable } from './seed.ts';
import { asSuperuser, useFixture } from './support.ts';

const fixture = useFixture();
const MEMBER = newUuid();
let own: TenantScope;
let foreign: TenantScope;
let client: Client;

beforeAll(async () => {
  own = await fixture.newTenant();
  foreign = await fixture.newTenant();
  await seedEveryTable(fixture, own);
  await seedEveryTable(fixture, foreign);
  await asSuperuser(
    fixture.test,
    `insert into tenant_members (id, tenant_id, user_id, role, invited_by)
       values (gen_random_uuid(), $1, $2, 'owner', 'system:test')`,
    [own.tenantId, MEMBER],
  );
  // As PostgREST does: a login that may become `authenticated`, and the token's claims.
  client = new Client({ connectionString: fixture.test.adminUrl });
  await client.connect();
  await client.query('create role authenticator_of_members noinherit login');
  await client.query('grant authenticated to authenticator_of_members');
  await client.query('set session authorization authenticator_of_members');
  await client.query('set role authenticated');
  await client.query(`select set_config('request.jwt.claims', $1, false)`, [
    JSON.stringify({ sub: MEMBER, role: 'authenticated' }),
  ]);
});
afterAll(async () => {
  await client.query('reset session authorization');
  await client.query('revoke authenticated from authenticator_of_members');
  await client.query('drop role authenticator_of_members');
  await client.end();
});

const rows = async <Row extends object>(text: string) => (await client.query<Row>(text)).rows;
const refusal = (text: string) =>
  client.query(text).then(
    () => 'allowed',
    (error: { code?: string }) => error.code,
  );
describe('a member', () => {
  test('sees rows of their own tenants alone, in whatever they may read', async () => {
    const readable = await asSuperuser<{ table: string; columns: string; is_report: boolean }>(
      fixture.test,
      `select c.relname as table, string_agg(quote_ident(a.attname), ', ') as columns, c.relkind = 'v' as is_report
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
          and has_column_privilege('authenticated', c.oid, a.attnum, 'select')
        group by 1, 3`,
    );
    expect(readable.length).toBeGreaterThan(12);
    for (const { table, columns, is_report } of readable) {
      const found = await rows<{ tenant_id?: string; id?: string }>(`select ${columns} from ${table}`);
      const tenants = new Set(found.map((row) => (table === 'tenants' ? row.id : row.tenant_id)));
      if (!is_report || tenants.size > 0) expect([...tenants], table).toEqual([own.tenantId]);
    }
  });

  test('reads nothing that is encrypted, hashed, or only the platform’s', async () => {
    const secret = await asSuperuser<{ name: string }>(
      fixture.test,
      `select c.relname || '.' || a.attname as name
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
          and has_column_privilege('authenticated', c.oid, a.attnum, 'select')
          and (a.atttypid = 'bytea'::regtype
            or a.attname ~ '(secret|hash|storage_path|fence|lease|worker|browserbase|locked|ip_)')`,
    );
    expect(secret).toEqual([]);
    expect(await refusal('select * from automation_tasks')).toBe('42501');
    expect(await refusal('select secret_hash from api_keys')).toBe('42501');
    expect(await refusal('select secret from webhook_endpoints')).toBe('42501');
    expect(await refusal('select session_data from browser_sessions')).toBe('42501');
    for (const table of [
      'user_profiles',
      'tenant_keys',
      'ticket_issuances',
      'idempotency_keys',
      'health_history',
    ]) {
      expect(await refusal(`select 1 from ${table}`), table).toBe('42501');
    }
  });

  test('writes nothing, anywhere', async () => {
    const tables = await asSuperuser<{ name: string; column: string }>(
      fixture.test,
      `select c.relname as name, quote_ident(a.attname) as column
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`,
    );
    for (const { name, column } of tables) {
      const writes = [
        `insert into ${name} default values`,
        `update ${name} set ${column} = ${column}`,
        `delete from ${name}`,
        `truncate ${name}`,
      ];
      for (const write of writes) expect(await refusal(write), write).toBe('42501');
    }
  });

  test('makes themselves a member of nothing, nor an owner', async () => {
    const add = `insert into tenant_members (id, tenant_id, user_id, role, invited_by)
      values (gen_random_uuid(), '${foreign.tenantId}', '${MEMBER}', 'owner', 'x')`;
    expect(await refusal(add)).toBe('42501');
    expect(await refusal(`update tenant_members set tenant_id = '${foreign.tenantId}'`)).toBe('42501');
  });

  test('becomes no other role, and claims no tenant past their membership', async () => {
    for (const role of ['cfdi_tenant', 'cfdi_system', 'cfdi_api', 'service_role', 'postgres']) {
      expect(await refusal(`set role ${role}`), role).toBe('42501');
    }
    await client.query(`select set_config('app.tenant_id', '${foreign.tenantId}', false)`);
    await client.query(`select set_config('app.mode', 'test', false)`);
    const [counted] = await rows<{ n: string }>(
      `select count(id) as n from automation_tasks where tenant_id = '${foreign.tenantId}'`,
    );
    expect(counted?.n).toBe('0');
  });

  test('calls no function of ours', async () => {
    for (const call of ['app.retain($$x$$, 1)', 'app.find_api_key(null)', `app.usage(null, null, null)`]) {
      expect(await refusal(`select ${call}`), call).toBe('42501');
    }
    expect(await refusal('call app.run_retention()')).toBe('42501');
  });

  test('reads the reports, over their own figures', async () => {
    const rates = await rows<{ tenant_id: string }>('select * from task_success_rates');
    const steps = await rows<{ tenant_id: string }>('select * from task_step_performance');
    const days = await rows<{ tenant_id: string }>('select * from usage_by_day');
    for (const found of [steps, days]) expect(found.length).toBeGreaterThan(0);
    for (const { tenant_id } of [...rates, ...steps, ...days]) expect(tenant_id).toBe(own.tenantId);
  });

  test('sees nothing any more once they are removed', async () => {
    await asSuperuser(fixture.test, 'delete from tenant_members where user_id = $1', [MEMBER]);
    expect(await rows('select id from automation_tasks')).toEqual([]);
    expect(await rows('select id from tenants')).toEqual([]);
  });
});
