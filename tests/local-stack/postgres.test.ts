import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { Client, type QueryResultRow } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDatabase, dropDatabase } from '../../packages/local-stack/src/postgres/admin.ts';
import { isRunning } from '../../packages/local-stack/src/postgres/process.ts';
import {
  startPostgres,
  type PostgresOptions,
  type RunningPostgres,
} from '../../packages/local-stack/src/postgres/server.ts';
import { startInParent } from './fixtures/parent.ts';

let folder: string;
let dataDir: string;
const running: RunningPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-postgres-'));
  dataDir = path.join(folder, 'data');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
  // A temp folder is closed to others, so as root the cluster lies elsewhere, behind a link.
  await rm(await realpath(dataDir).catch(() => dataDir), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ dataDir, password: 'secret', ...options });
  running.push(postgres);
  return postgres;
}

async function query<Row extends QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = async (): Promise<number> =>
  Number.parseInt(await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8'), 10);

test('a clean start serves, a clean restart is quick and keeps the data', async () => {
  const first = await start();
  expect(first.adopted).toBe(false);
  await query(first.url, 'create table kept as select 7 as n');
  await first.stop();
  await expect(query(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');

  const before = performance.now();
  const second = await start();
  const restartMs = performance.now() - before;
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(second.adopted).toBe(false);
  // Typically 60 ms; the bound leaves room for a busy machine and still tells a restart from an initdb.
  expect(restartMs).toBeLessThan(2000);
});

test('sorts by code point in UTC whatever the machine, and listens on loopback only', async () => {
  const { url } = await start();
  expect(
    await query(
      url,
      "select current_setting('timezone') tz, current_setting('listen_addresses') at, 'ñ' > 'z' sorted",
    ),
  ).toEqual([{ tz: 'UTC', at: '127.0.0.1', sorted: true }]);
});

test('after kill -9 of the parent the orphan is adopted, with its data, and stops when told', async () => {
  const parent = await startInParent(dataDir);
  await query(parent.url, 'create table kept as select 7 as n');
  await parent.kill();

  const adopter = await start();
  expect(adopter).toMatchObject({ adopted: true, port: parent.port });
  expect(await query(adopter.url, 'select n from kept')).toEqual([{ n: 7 }]);
  const pid = await serverPid();
  await adopter.stop();
  expect(isRunning(pid)).toBe(false);
});

test('an orphan on another port than the wanted one is replaced', async () => {
  const parent = await startInParent(dataDir);
  await parent.kill();
  const elsewhere = await start({ dataDir: path.join(folder, 'other') });
  await elsewhere.stop();
  const replaced = await start({ port: elsewhere.port });
  expect(replaced).toMatchObject({ adopted: false, port: elsewhere.port });
  await rm(await realpath(path.join(folder, 'other')), { recursive: true });
});

test('after kill -9 of the parent and of the server it recovers what was committed', async () => {
  const parent = await startInParent(dataDir);
  await query(parent.url, 'create table kept as select 7 as n');
  const pid = await serverPid();
  await parent.kill();
  process.kill(pid, 'SIGKILL');

  const { url, adopted } = await start();
  expect(adopted).toBe(false);
  expect(await query(url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('after kill -9 of the server alone it serves again on the same port by itself', async () => {
  const { url } = await start();
  await query(url, 'create table kept as select 7 as n');
  const pid = await serverPid();
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await query(url, 'select n from kept')).toEqual([{ n: 7 }]), {
    timeout: 10_000,
  });
  expect(await serverPid()).not.toBe(pid);
});

test('an adopted server that is killed is started again too', async () => {
  const parent = await startInParent(dataDir);
  await parent.kill();
  const { url } = await start();
  process.kill(await serverPid(), 'SIGKILL');
  await vi.waitFor(async () => expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]), {
    timeout: 10_000,
  });
});

test('with stopWithParent nothing outlives a killed parent', async () => {
  const parent = await startInParent(dataDir, 'stop-with-parent');
  const pid = await serverPid();
  await parent.kill();
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000 });
});

test('two stacks run at once on different folders', async () => {
  const other = path.join(folder, 'other');
  const [a, b] = await Promise.all([start(), start({ dataDir: other })]);
  expect(a.port).not.toBe(b.port);
  await query(a.url, 'create table only_in_a (n int)');
  expect(await query(b.url, "select to_regclass('only_in_a') as found")).toEqual([{ found: null }]);
  await b.stop();
  await rm(await realpath(other), { recursive: true });
});

test('a folder that is being served is refused, and free again afterwards', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({ code: 'data_dir_in_use' });
  await first.stop();
  await first.stop(); // twice is harmless
  await expect(start()).resolves.toMatchObject({ adopted: false });
});

test('an interrupted first start leaves nothing that hinders the next', async () => {
  const postgres = await start();
  await postgres.stop();
  const real = await realpath(dataDir);
  await rm(real, { recursive: true });
  await mkdir(real);
  await mkdir(`${real}.draft`);
  await writeFile(path.join(`${real}.draft`, 'PG_VERSION'), '18\n');
  const { url } = await start();
  expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect((await readdir(path.dirname(real))).filter((name) => name.startsWith('data.'))).not.toContain(
    'data.draft',
  );
});

test('a stranger with the pid of a dead server does not hinder the start', async () => {
  const postgres = await start();
  const pidFile = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8');
  await postgres.stop();
  // Our own pid lives, as another program's would after a reboot.
  await writeFile(path.join(dataDir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
  await expect(start()).resolves.toMatchObject({ adopted: false });
});

test('each thing in the way has its own error', async () => {
  const first = await start();
  const other = path.join(folder, 'other');
  await expect(start({ dataDir: other, port: first.port })).rejects.toMatchObject({ code: 'port_in_use' });
  await rm(await realpath(other), { recursive: true });
  await first.stop();

  const refused: unknown = await start({ password: 'correct horse' }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'wrong_password' });
  expect(inspect(refused, { depth: 9 })).not.toContain('correct horse');
  await expect(start({ settings: { no_such_setting: '1' } })).rejects.toMatchObject({
    code: 'start_failed',
    message: expect.stringContaining('no_such_setting'),
  });
  await writeFile(path.join(dataDir, 'PG_VERSION'), '9\n');
  await expect(start()).rejects.toMatchObject({ code: 'data_dir_version' });

  const full = path.join(folder, 'full');
  await mkdir(full);
  await writeFile(path.join(full, 'letter.txt'), 'not a database');
  await expect(start({ dataDir: full })).rejects.toMatchObject({ code: 'data_dir_foreign' });
});

test('a database is created once, however often it is asked for, and can be dropped', async () => {
  const { url } = await start();
  const name = 'ventas_2025';
  const urls = await Promise.all([createDatabase(url, name), createDatabase(url, name)]);
  expect(urls[0]).toBe(urls[1]);
  expect(await query(urls[0], 'select current_database() as name')).toEqual([{ name }]);
  await dropDatabase(url, name);
  await dropDatabase(url, name);
  await expect(query(urls[0], 'select 1')).rejects.toMatchObject({ code: '3D000' });
  await expect(createDatabase(url, 'a"; drop database postgres; --')).rejects.toThrow(
    'Not a name for a database',
  );
});
