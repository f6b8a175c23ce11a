/** The vendor directory over HTTP, and what it does to tasks. */
import {
  decodeId,
  encodeId,
  failure,
  type Problem,
  type Task,
  type Vendor,
  type VendorResolution,
} from '@cfdi-live/contract';
import { VENDOR_DIRECTORY } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityField, newVendor } from '../helpers/vendor.ts';
import { asSuperuser } from '../db/support.ts';
import { daysAgo, openWorld, PORTAL_URLS, taskBody, type Caller, type List, type World } from './world.ts';

const PLATFORM = { id: 'example-platform', name: 'Example Platform' };
/** Known for certain, at the one public portal of the world: by folio and date, from a day after for 30 days. */
const SURE = newVendor({
  slug: 'sure',
  name: 'Farmacias Ejémplar',
  platform: PLATFORM,
  hosts: ['example.com.mx'],
  portalUrl: PORTAL_URLS.live,
  ticketFields: [
    identityField('folio', { labels: ['Folio'], minLength: 2, maxLength: 12 }),
    identityField('date', { labels: ['Fecha'] }),
  ],
  window: { opens: { after: 1, unit: 'days' }, closes: { kind: 'days_after', days: 30 } },
  confidence: 0.9,
});
/** Believed only, and nobody knows where its portal stands. */
const UNSURE = newVendor({
  slug: 'unsure',
  name: 'Unsure',
  ticketFields: [identityField('webId', { labels: ['Web ID'], identity: false })],
  window: { opens: { after: 5, unit: 'days' }, closes: { kind: 'hours_after', hours: 0 } },
  confidence: 0.4,
});
const SANDBOX = newVendor({
  slug: 'simulated',
  sandbox: true,
  hosts: ['sandbox.localhost:4100'],
  portalUrl: PORTAL_URLS.test,
});
const publicId = ({ id }: { id: string }) => encodeId('vendor', id);

let world: World;
let live: Caller;
let test: Caller;
beforeAll(async () => {
  world = await openWorld();
  await world.admin.syncVendors({ sandbox: false, vendors: [...VENDOR_DIRECTORY, SURE, UNSURE] });
  await world.admin.syncVendors({ sandbox: true, vendors: [SANDBOX] });
  live = await world.newCaller();
  test = await world.newCaller({ mode: 'test', tenantId: live.tenantId });
});
afterAll(() => world.close());

const get = <Body>(path: string, by = live) => world.call<Body>('GET', path, { key: by.key });
const post = (body: Record<string, unknown>, by = live) =>
  world.call<Problem>('POST', '/v1/tasks', { key: by.key, body });
const resolve = async (url: string, by = live, more = ''): Promise<VendorResolution> =>
  (await get<VendorResolution>(`/v1/vendors/resolve?url=${encodeURIComponent(url)}${more}`, by)).body;

describe('the directory', () => {
  it('is listed page by page, whole, and to each mode its own', async () => {
    for (const [by, expected] of [
      [live, VENDOR_DIRECTORY.length + 2],
      [test, VENDOR_DIRECTORY.length + 3],
    ] as const) {
      const seen: string[] = [];
      for (let after = ''; ;) {
        const { body } = await get<List<Vendor>>(`/v1/vendors?limit=7${after}`, by);
        seen.push(...body.data.map(({ id }) => id));
        if (body.nextCursor === null) break;
        after = `&after=${body.nextCursor}`;
      }
      expect(new Set(seen).size).toBe(expected);
      expect(seen).toHaveLength(expected);
      expect(seen.includes(publicId(SANDBOX))).toBe(by === test);
    }
  });

  it('is searched by a part of the name, accents or not, and by platform', async () => {
    const slugs = async (query: string) =>
      (await get<List<Vendor>>(`/v1/vendors?${query}`)).body.data.map(({ slug }) => slug);
    expect(await slugs('q=ejemplar')).toEqual(['sure']);
    expect(await slugs('q=EJ%C3%89MPLAR')).toEqual(['sure']);
    expect(await slugs('q=bodega%20aurrera')).toEqual(['walmart-mexico']);
    expect(await slugs('q=oxxo.com')).toEqual(['oxxo']);
    expect(await slugs('q=%25')).toEqual([]);
    expect(await slugs('platform=nexusfuel')).toEqual(['nexusfuel']);
    expect(await slugs('platform=nobody')).toEqual([]);
  });

  it('gives one vendor as it is written down; the sandbox to test keys alone', async () => {
    const [oxxo] = VENDOR_DIRECTORY.filter(({ slug }) => slug === 'oxxo');
    const { body } = await get<Vendor>(`/v1/vendors/${publicId(oxxo!)}`);
    expect(body).toEqual({ ...oxxo, id: publicId(oxxo!) });
    expect((await get(`/v1/vendors/${publicId(SANDBOX)}`, test)).status).toBe(200);
    expect((await get(`/v1/vendors/${publicId(SANDBOX)}`, live)).status).toBe(404);
    expect((await get('/v1/vendors/ven_01kaf3v6n0e8sb9c1m5r7t2wxy')).status).toBe(404);
  });

  it('retires what is no longer in it, and takes it back', async () => {
    const other = newVendor({ slug: 'short-lived' });
    const entries = [...VENDOR_DIRECTORY, SURE, UNSURE];
    await world.admin.syncVendors({ sandbox: false, vendors: [...entries, other] });
    const listed = async () => (await get<List<Vendor>>('/v1/vendors?q=short-lived')).body.data.length;
    expect(await listed()).toBe(1);
    await world.admin.syncVendors({ sandbox: false, vendors: entries });
    expect(await listed()).toBe(0);
    expect((await get(`/v1/vendors/${publicId(other)}`)).status).toBe(200);
    await world.admin.syncVendors({ sandbox: false, vendors: [...entries, other] });
    expect(await listed()).toBe(1);
    await world.admin.syncVendors({ sandbox: false, vendors: entries });
  });
});

describe('resolving an address', () => {
  it('tells what the portal asks, and computes the window of a purchase', async () => {
    const found = await resolve('https://facturacion.example.com.mx/x?y=1', live, '&date=2026-11-20');
    expect(found).toEqual({
      host: 'example.com.mx',
      vendor: { ...SURE, id: publicId(SURE) },
      ticketWindow: { opensAt: '2026-11-21T06:00:00.000Z', closesAt: '2026-12-21T06:00:00.000Z' },
      recipeHealth: null,
      success: { days: 90, tasks: 0, rate: null },
    });
    expect((await resolve('https://facturacion.example.com.mx/')).ticketWindow).toBeNull();
  });

  it('answers 200 for an address that nobody knows', async () => {
    expect(await resolve('https://autofactura.nobody.com.mx/', live, '&date=2026-11-20')).toEqual({
      host: 'nobody.com.mx',
      vendor: null,
      ticketWindow: null,
      recipeHealth: null,
      success: null,
    });
  });

  it('knows the sandbox in test mode only', async () => {
    expect((await resolve(PORTAL_URLS.test, test)).vendor?.slug).toBe('simulated');
    expect((await resolve(PORTAL_URLS.test, live)).vendor).toBeNull();
  });

  it('refuses what is no address of a portal', async () => {
    for (const query of [
      '',
      '?url=',
      '?url=nonsense',
      '?url=ftp://x.mx/',
      '?url=https://x.mx/&date=20-11-2026',
    ]) {
      const { status, body } = await get<Problem>(`/v1/vendors/resolve${query}`);
      expect(status, query).toBe(400);
      expect(body.code).toBe('invalid_request');
    }
  });

  it("counts the caller's own tasks, and says no rate of a few", async () => {
    const own = await world.newCaller();
    const finish = async (status: 'COMPLETED' | 'FAILED') => {
      const task = await world.createTask(own);
      await asSuperuser(
        world.test,
        `update automation_tasks set status = 'QUEUED', queued_at = now() where id = $1`,
        [decodeId('task', task.id)],
      );
      await asSuperuser(
        world.test,
        `update automation_tasks set status = 'RUNNING', run_id = gen_random_uuid(), lease_until = now() where id = $1`,
        [decodeId('task', task.id)],
      );
      await asSuperuser(
        world.test,
        `update automation_tasks set status = $2, cfdi = '\\x00', failure = $3, finished_at = now() where id = $1`,
        [
          decodeId('task', task.id),
          status,
          status === 'FAILED' ? JSON.stringify(failure('portal_down')) : null,
        ],
      );
    };
    for (const status of ['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED'] as const) await finish(status);
    expect((await resolve(PORTAL_URLS.live, own)).success).toEqual({ days: 90, tasks: 4, rate: null });
    await finish('COMPLETED');
    expect((await resolve(PORTAL_URLS.live, own)).success).toEqual({ days: 90, tasks: 5, rate: 0.8 });
    expect((await resolve(PORTAL_URLS.live, live)).success).toMatchObject({ tasks: 0 });
  });
});

describe('a task at a known vendor', () => {
  it('names its vendor, given by id or found by its address, and has its deadline', async () => {
    const date = daysAgo(3);
    const { closesAt } = (await resolve(PORTAL_URLS.live, live, `&date=${date}`)).ticketWindow!;
    const ticketData = (folio: string) => ({ amount: 5, date, folio });
    const byUrl = await world.createTask(live, { ticketData: ticketData('by-url') });
    expect(byUrl).toMatchObject({ vendorId: publicId(SURE), deadline: closesAt, warnings: [] });
    const byId = await world.createTask(live, {
      vendorUrl: undefined,
      vendorId: publicId(SURE),
      ticketData: ticketData('by-id'),
    });
    expect(byId).toMatchObject({ vendorId: publicId(SURE), vendorUrl: PORTAL_URLS.live });
    const byBoth = await world.createTask(live, {
      vendorId: publicId(SURE),
      ticketData: ticketData('by-both'),
      deadline: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(byBoth.vendorId).toBe(publicId(SURE));
    expect(Date.parse(byBoth.deadline!)).toBeLessThan(Date.now() + 3_700_000);
    const read = await get<Task>(`/v1/tasks/${byId.id}`);
    expect(read.body).toMatchObject({ vendorId: publicId(SURE), warnings: [] });
  });

  it('waits until the portal will know its ticket', async () => {
    const date = new Date(Date.now() - 6 * 3_600_000).toISOString().slice(0, 10);
    const { opensAt } = (await resolve(PORTAL_URLS.live, live, `&date=${date}`)).ticketWindow!;
    const task = await world.createTask(live, { ticketData: { amount: 5, date, folio: 'early' } });
    expect(task.scheduledFor).toBe(opensAt);
    const tooSoon = new Date(Date.now() + 60_000).toISOString();
    const answer = await post(
      taskBody({ ticketData: { amount: 5, date, folio: 'early 2' }, deadline: tooSoon }),
    );
    expect(answer.body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'deadline', code: 'deadline_passed' }],
    });
  });

  it('is refused when the window is over, with the end of it', async () => {
    const answer = await post(taskBody({ ticketData: { amount: 5, date: daysAgo(40), folio: 'late' } }));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'ticket_invalid',
      errors: [{ path: 'ticketData.date', code: 'ticket_expired' }],
    });
    expect(Date.parse(answer.body.deadline!)).toBeLessThan(Date.now());
    expect(answer.body.errors[0]?.messageEs).toContain('plazo');
  });

  it('is refused when a value is not what the portal takes, without telling the value', async () => {
    const date = daysAgo(3);
    const answer = await post(taskBody({ ticketData: { amount: 5, date, folio: 'CANARY-98765-4321' } }));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: 'ticketData.folio', code: 'wrong_length' }]);
    expect(JSON.stringify(answer.body)).not.toContain('98765');
    const missing = await post(taskBody({ ticketData: { amount: 5, date } }));
    expect(missing.body.errors).toMatchObject([{ path: 'ticketData.folio', code: 'field_missing' }]);
  });

  it('of which little is sure is made, with a warning in both languages', async () => {
    const task = await world.createTask(live, {
      vendorId: publicId(UNSURE),
      vendorUrl: 'http://portal.localhost:4000/',
    });
    expect(task.warnings.map(({ path, code }) => `${path}: ${code}`)).toEqual([
      'ticketData.webId: field_missing',
      'ticketData.date: not_yet_available',
    ]);
    expect(task.warnings[0]?.message.es).toContain('Web ID');
    expect(task).toMatchObject({ scheduledFor: null, deadline: null });
    expect((await get<Task>(`/v1/tasks/${task.id}`)).body.warnings).toEqual(task.warnings);
  });

  it('is one task by identity fields, whatever else the ticket says; and another on another day', async () => {
    const ticketData = { amount: 5, date: daysAgo(3), folio: 'AB-77', extra: { nota: '1' } };
    const first = await world.createTask(live, { ticketData });
    const again = await post(
      taskBody({ ticketData: { ...ticketData, amount: 6, folio: 'ab77', extra: { nota: '2' } } }),
    );
    expect(again.body).toMatchObject({ code: 'duplicate_ticket', taskId: first.id });
    await world.createTask(live, { ticketData: { ...ticketData, date: daysAgo(4) } });
  });

  it('is refused where its id helps nobody', async () => {
    const bad: [Record<string, unknown>, number, string, string][] = [
      [{ vendorUrl: undefined }, 400, 'invalid_request', 'vendorUrl'],
      [{ vendorUrl: undefined, vendorId: publicId(UNSURE) }, 422, 'vendor_unsupported', 'vendorId'],
      [{ vendorId: publicId(UNSURE) }, 400, 'invalid_request', 'vendorId'],
      [
        { vendorId: publicId(SURE), vendorUrl: 'http://portal.localhost:4000/' },
        400,
        'invalid_request',
        'vendorId',
      ],
      [{ vendorId: publicId(SANDBOX) }, 404, 'not_found', 'vendorId'],
      [{ vendorId: 'ven_01kaf3v6n0e8sb9c1m5r7t2wxy' }, 404, 'not_found', 'vendorId'],
      [{ vendorId: 'nonsense' }, 400, 'invalid_request', 'vendorId'],
    ];
    for (const [overrides, status, code, path] of bad) {
      const answer = await post(taskBody(overrides));
      expect([answer.status, answer.body.code, answer.body.errors[0]?.path]).toEqual([status, code, path]);
    }
    const outside = await post(taskBody({ vendorUrl: undefined, vendorId: publicId(SURE) }), test);
    expect(outside.body).toMatchObject({
      code: 'url_not_allowed',
      errors: [{ path: 'vendorId', code: 'outside_sandbox' }],
    });
    const inside = await post(taskBody({ vendorUrl: undefined, vendorId: publicId(SANDBOX) }), test);
    expect(inside.status).toBe(201);
  });
});
