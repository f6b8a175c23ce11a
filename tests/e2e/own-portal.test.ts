/**
 * What an outside program does: starts `npm run dev -- --json`, reads the line, and runs a task with the live key against a
 * portal of its own on loopback, whose CFDIs are signed by an authority of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CfdiLive } from '@cfdi-live/sdk';
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';
import { EMISOR, startOwnPortal, type OwnPortal } from '../helpers/own-portal.ts';
import { PROFILE } from '../helpers/stack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let portal: OwnPortal;
let dev: ChildProcess;
let ready: {
  apiUrl: string;
  apiKey: string;
  testKey: string;
  supabaseUrl: string;
  supabasePublishableKey: string;
  portals: { id: string; url: string }[];
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-own-portal-'));
  portal = await startOwnPortal();
  const trust = await portal.pki.exportTrust(path.join(folder, 'trust'));
  dev = spawn('npm', ['run', '-s', 'dev', '--', '--json', '--data-dir', path.join(folder, 'data')], {
    cwd: repository,
    env: {
      ...process.env,
      ALLOWED_PRIVATE_HOSTS: portal.host,
      SAT_CA_DIR: trust.caDir,
      SAT_CERT_DIR: trust.certDir,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  ready = JSON.parse(await firstLine(dev)) as typeof ready;
}, 120_000);

afterAll(async () => {
  const ended = new Promise((resolve) => dev.once('exit', resolve));
  if (dev.pid !== undefined) process.kill(-dev.pid, 'SIGTERM');
  await ended;
  await portal.close();
  await rm(folder, { recursive: true, force: true });
});

it('takes a live task to a proven CFDI', async () => {
  const client = new CfdiLive({ apiKey: ready.apiKey, baseUrl: ready.apiUrl });
  const task = await client.tasks.createAndWait(
    {
      vendorUrl: portal.url,
      ticketData: { amount: 812.5, date: today(), folio: 'B-77120' },
      profile: PROFILE,
    },
    { waitMs: 120_000 },
  );
  expect(task).toMatchObject({
    mode: 'live',
    status: 'COMPLETED',
    cfdi: { total: 812.5, emisorRfc: EMISOR.rfc, verdict: 'authenticated' },
  });
  expect(portal.issued()).toHaveLength(1);
}, 150_000);

it('reaches no private address that was not named', async () => {
  const client = new CfdiLive({ apiKey: ready.apiKey, baseUrl: ready.apiUrl });
  for (const vendorUrl of [
    'http://127.0.0.1:1/',
    'http://localhost/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://2130706433/',
  ]) {
    const create = client.tasks.create({
      vendorUrl,
      ticketData: { amount: 1, date: today(), folio: 'X1' },
      profile: PROFILE,
    });
    await expect(create, vendorUrl).rejects.toMatchObject({ code: 'url_not_allowed' });
  }
}, 60_000);

it('lets a person who signed up with supabase-js found a tenant, and call with its key', async () => {
  const supabase = createClient(ready.supabaseUrl, ready.supabasePublishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Node 20 has no WebSocket of its own; their types differ in what no one calls here.
    realtime: { transport: ws as never },
  });
  const signUp = await supabase.auth.signUp({ email: 'ana@contable.example', password: 'correct-horse-9' });
  const token = signUp.data.session?.access_token;
  const call = (method: string, path: string, body?: object, bearer = token) =>
    fetch(`${ready.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const founded = await call('POST', '/v1/tenants', { name: 'Contable' });
  expect(founded.status).toBe(201);
  const { id, apiKey } = (await founded.json()) as { id: string; apiKey: { key: string } };
  const client = new CfdiLive({ apiKey: apiKey.key, baseUrl: ready.apiUrl });
  expect((await client.profiles.create(PROFILE)).mode).toBe('test');
  const members = (await (await call('GET', '/v1/members')).json()) as { data: object[] };
  expect(members.data).toMatchObject([{ userId: signUp.data.user?.id, role: 'owner' }]);
  const live = await call('POST', '/v1/api-keys', { name: 'Live', scopes: ['tasks:read'] });
  expect(live.status).toBe(201);
  expect((await call('GET', `/v1/tenants/${id}`, undefined, `${token}x`)).status).toBe(401);
}, 60_000);

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('no output');
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`dev ended with ${String(code)}`)));
  });
}

function today(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Mexico_City' }).format(new Date());
}
