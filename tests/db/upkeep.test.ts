import { randomUUID } from 'node:crypto';
import { newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { UpkeepWork } from '@cfdi-live/domain';
import { chooseScheduler, deleteFiles, doUpkeep } from '@cfdi-live/worker';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asLogin, asSuperuser, created, useFixture } from './support.ts';

const fixture = useFixture();
const MINUTE = 60_000;

let logged: Record<string, unknown>[];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
const running = new AbortController().signal;

beforeEach(() => {
  logged = [];
});
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

describe('a file', () => {
  async function addArtifact(kind: string): Promise<{ taskId: string; path: string }> {
    const { api, worker, scope } = fixture;
    const task = await created(api, scope);
    const id = newUuid();
    const path = `${scope.tenantId}/${id}`;
    await worker.withTenant(scope, (tx) =>
      tx.artifacts.add({
        id,
        taskId: task.id,
        kind: kind as 'xml',
        fileName: 'a',
        contentType: 'x/x',
        size: 1,
        sha256: 'a'.repeat(64),
        storagePath: path,
      }),
    );
    return { taskId: task.id, path };
  }
  /** Storage that refuses some paths. */
  function storage(refuses: readonly string[] = []) {
    const removed: string[] = [];
    const remove = async (path: string) => {
      if (refuses.includes(path)) throw new Error(`no: ${path}`);
      removed.push(path);
    };
    return { removed, vault: { remove } };
  }
  const work = (vault: { remove(path: string): Promise<void> }) =>
    deleteFiles({ database: fixture.worker, vault, log }, running);
  const deleteTasks = (taskIds: string[]) =>
    asSuperuser(fixture.test, 'delete from automation_tasks where id = any ($1)', [taskIds]);

  beforeEach(() => asSuperuser(fixture.test, 'truncate storage_deletions'));

  test('of evidence goes with its task, an invoice’s does not', async () => {
    const [picture, xml] = [await addArtifact('screenshot'), await addArtifact('xml')];
    await deleteTasks([picture.taskId, xml.taskId]);
    const { removed, vault } = storage();
    expect(await work(vault)).toBe(1);
    expect(removed).toEqual([picture.path]);
    expect(await work(vault)).toBe(0);
  });

  test('goes with its tenant, and is not forgotten with it', async () => {
    const { path } = await addArtifact('pdf');
    await asSuperuser(fixture.test, 'delete from automation_tasks where tenant_id = $1', [
      fixture.scope.tenantId,
    ]);
    await asSuperuser(fixture.test, 'delete from tenants where id = $1', [fixture.scope.tenantId]);
    const { removed, vault } = storage();
    await work(vault);
    expect(removed).toEqual([path]);
  });

  test('that Storage refuses holds up no other, and comes again, later and later', async () => {
    const files = await Promise.all(Array.from({ length: 45 }, () => addArtifact('other')));
    await deleteTasks(files.map(({ taskId }) => taskId));
    const [stubborn] = files;
    expect(await work(storage([stubborn!.path]).vault)).toBe(44);
    expect(await work(storage().vault)).toBe(0);
    expect(logged.map(({ action }) => action)).toContain('files.kept');

    await shiftDatabaseClock(fixture.test.ownerUrl, 1.1 * MINUTE);
    expect(await work(storage([stubborn!.path]).vault)).toBe(0);
    await shiftDatabaseClock(fixture.test.ownerUrl, 2.2 * MINUTE);
    expect(await work(storage().vault)).toBe(0);
    await shiftDatabaseClock(fixture.test.ownerUrl, 3.3 * MINUTE);
    expect(await work(storage().vault)).toBe(1);
  });

  test('is not asked for again and again while all of Storage is away', async () => {
    const files = await Promise.all(Array.from({ length: 45 }, () => addArtifact('other')));
    await deleteTasks(files.map(({ taskId }) => taskId));
    expect(await work(storage(files.map(({ path }) => path)).vault)).toBe(0);
    expect(logged).toHaveLength(20);
  });

  test('is taken by one worker only', async () => {
    const files = await Promise.all(Array.from({ length: 30 }, () => addArtifact('other')));
    await deleteTasks(files.map(({ taskId }) => taskId));
    const { removed, vault } = storage();
    await Promise.all([work(vault), work(vault), work(vault)]);
    expect(removed.sort()).toEqual(files.map(({ path }) => path).sort());
  });
});

describe('upkeep is called for', () => {
  /** What pg_cron looks like from outside: a schema, a table of jobs, each login's its own, and two functions. */
  const CRON = `
    create schema cron;
    create table cron.job (
      jobid bigint generated always as identity, jobname name, schedule text, command text,
      username text default current_user, unique (jobname, username)
    );
    create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql
      security definer as $$
        insert into cron.job (jobname, schedule, command, username) values (job_name, schedule, command, session_user)
          on conflict (jobname, username) do update set schedule = excluded.schedule, command = excluded.command
          returning jobid $$;
    create function cron.schedule(schedule text, command text) returns bigint language sql as $$ select 1::bigint $$;
    create function cron.unschedule(job_name text) returns boolean language sql security definer as
      $$ delete from cron.job where jobname = job_name and username = session_user returning true $$;
    create function cron.unschedule(job_id bigint) returns boolean language sql as $$ select true $$;
    grant select on cron.job to public;
    insert into cron.job (jobname, schedule, command, username) values
      ('cfdi_live_abandoned', '* * * * *', 'select 1', 'cfdi_worker'), ('theirs', '* * * * *', 'select 1', 'cfdi_worker'),
      ('cfdi_live_health', '* * * * *', 'select 1', 'postgres')`;
  const jobs = () =>
    asSuperuser<{ name: string; schedule: string; command: string }>(
      fixture.test,
      `select jobname as name, schedule, command from cron.job where username = 'cfdi_worker' order by jobname`,
    );
  /** The queue's side, as it stands. */
  function queue() {
    const told: (readonly UpkeepWork[])[] = [];
    return { told, replace: async (works: readonly UpkeepWork[]) => void told.push(works) };
  }
  const choose = (scheduler: ReturnType<typeof queue>) =>
    chooseScheduler({ database: fixture.worker, scheduler, log });

  afterEach(() => asSuperuser(fixture.test, 'drop schema if exists cron cascade'));

  test('by the queue, where the database has no cron', async () => {
    const scheduler = queue();
    expect(await choose(scheduler)).toBe('queue');
    expect(scheduler.told).toEqual([['retention', 'expiry', 'health']]);
  });

  test('by the queue, where the database’s cron is not ours to use', async () => {
    await asSuperuser(fixture.test, CRON);
    const scheduler = queue();
    expect(await choose(scheduler)).toBe('queue');
    expect(scheduler.told).toEqual([['retention', 'expiry', 'health']]);
    expect(await jobs()).toHaveLength(2);
  });

  test('by the database’s cron, where it is; then the queue rests, and others’ jobs stay', async () => {
    await asSuperuser(fixture.test, `${CRON}; grant usage on schema cron to cfdi_worker`);
    const scheduler = queue();
    for (const _again of [1, 2]) expect(await choose(scheduler)).toBe('pg_cron');
    expect(scheduler.told).toEqual([[], []]);
    expect(await jobs()).toEqual([
      {
        name: 'cfdi_live_expiry',
        schedule: '7 * * * *',
        command: `call app.run_retention('{idempotency_keys,task_quotas}')`,
      },
      { name: 'cfdi_live_health', schedule: '*/5 * * * *', command: 'select app.check_health()' },
      { name: 'cfdi_live_retention', schedule: '0 9 * * 0', command: 'call app.run_retention()' },
      { name: 'theirs', schedule: '* * * * *', command: 'select 1' },
    ]);
    // As its worker would: each command alone, by the login that scheduled it.
    for (const { command } of await jobs()) await asLogin(fixture.test.workerUrl, command);
  });

  test('and done, whoever called', async () => {
    const key = randomUUID();
    await asSuperuser(
      fixture.test,
      `insert into idempotency_keys (tenant_id, mode, key_hash, request_hash, status, created_at)
         values ($1, 'test', sha256($2::text::bytea), sha256(''), 201, now() - interval '2 days')`,
      [fixture.scope.tenantId, key],
    );
    const left = () =>
      asSuperuser(fixture.test, 'select from idempotency_keys where tenant_id = $1', [
        fixture.scope.tenantId,
      ]);
    await doUpkeep('expiry', { database: fixture.worker, log }, AbortSignal.abort());
    expect(await left()).toHaveLength(1);
    await doUpkeep('expiry', { database: fixture.worker, log }, running);
    expect(await left()).toHaveLength(0);
    await doUpkeep('retention', { database: fixture.worker, log }, running);
    const runs = await asSuperuser(fixture.test, `select from audit_log where action = 'retention.run'`);
    expect(runs.length).toBeGreaterThan(0);
  });
});

describe('the health of the database', () => {
  /** As whoever runs the database reads it. */
  const history = () =>
    asLogin<{ status: string; long_queries: number; total_bytes: string; largest_table: string }>(
      `${fixture.test.adminUrl}?options=${encodeURIComponent('-c role=cfdi_system')}`,
      'select * from health_history limit 1',
    );

  test('is noted with its connections and the sizes of its tables', async () => {
    const check = await fixture.worker.system.checkHealth();
    expect(check).toMatchObject({ status: 'ok', longQueries: 0 });
    expect(check.connections).toBeGreaterThan(0);
    const [row] = await asSuperuser<{ tables: string[] }>(
      fixture.test,
      `select array(select jsonb_object_keys(table_sizes)) as tables from health_checks order by id desc limit 1`,
    );
    expect(row!.tables).toEqual(expect.arrayContaining(['automation_tasks', 'task_events']));
  });

  test('is a warning over 100 connections at work, and over 5 queries of 30 s', async () => {
    const [row] = await asSuperuser<object>(
      fixture.test,
      `select app.health_status(100, 5) as full, app.health_status(101, 0) as busy, app.health_status(0, 6) as slow,
         app.health_status(1, null) as unseen`,
    );
    expect(row).toEqual({ full: 'ok', busy: 'warning', slow: 'warning', unseen: 'ok' });
  });

  test('warns of what really runs, once it has run for long', async () => {
    const clients = Array.from({ length: 6 }, () => new Client({ connectionString: fixture.test.apiUrl }));
    const sleeps: Promise<unknown>[] = [];
    for (const client of clients) {
      await client.connect();
      sleeps.push(client.query('select pg_sleep(60)').catch(() => undefined));
    }
    const atWork = async () => {
      const { activeConnections } = await fixture.worker.system.checkHealth();
      return activeConnections ?? 0;
    };
    try {
      await expect.poll(atWork).toBeGreaterThanOrEqual(6);
      expect(await fixture.worker.system.checkHealth()).toMatchObject({ status: 'ok', longQueries: 0 });
      await shiftDatabaseClock(fixture.test.ownerUrl, 31_000);
      await doUpkeep('health', { database: fixture.worker, log }, running);
      expect(logged).toMatchObject([{ action: 'health.warning', longQueries: 6 }]);
      expect(await history()).toMatchObject([{ status: 'warning', long_queries: 6 }]);
    } finally {
      await asSuperuser(
        fixture.test,
        `select pg_cancel_backend(pid) from pg_stat_activity
          where datname = current_database() and query = 'select pg_sleep(60)'`,
      );
      await Promise.all(sleeps);
      await Promise.all(clients.map((client) => client.end()));
    }
  });
});
