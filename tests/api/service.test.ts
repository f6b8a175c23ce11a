import { readdir, readFile } from 'node:fs/promises';
import { buildOpenApiDocument } from '@cfdi-live/api';
import { ERROR_CODES, EVENT_TYPES, type Problem } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type Caller, type World } from './world.ts';

interface Readiness {
  status: string;
  dependencies: Record<'database' | 'storage' | 'queue', { status: string; latencyMs: number }>;
}

let world: World;
let caller: Caller;
let queueIsUp = true;
beforeAll(async () => {
  world = await openWorld((deps) => ({
    ...deps,
    queue: {
      ...deps.queue,
      addMaintenance: async (kind) => {
        if (!queueIsUp) throw new Error('down');
        return deps.queue.addMaintenance(kind);
      },
      ping: async () => {
        if (!queueIsUp) throw new Error('down');
      },
    },
  }));
  caller = await world.newCaller();
});
afterAll(() => world.close());

describe('health', () => {
  it('is told with each dependency and its latency', async () => {
    expect((await world.call('GET', '/health/live')).body).toEqual({ status: 'up' });
    const ready = await world.call<Readiness>('GET', '/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.body.status).toBe('up');
    expect(Object.keys(ready.body.dependencies)).toEqual(['database', 'storage', 'queue']);
  });

  it('is degraded without the queue, and tasks are accepted all the same', async () => {
    queueIsUp = false;
    const ready = await world.call<Readiness>('GET', '/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { status: 'degraded' } });
    expect(ready.body.dependencies.queue.status).toBe('down');
    expect((await world.createTask(caller)).status).toBe('PENDING');
    queueIsUp = true;
  });
});

describe('every answer', () => {
  it('carries a request id, the version and secure headers', async () => {
    for (const path of ['/', '/v1/tasks', '/nothing', '/openapi.json', '/reference', '/health/live']) {
      const { headers } = await fetch(`${world.url}${path}`, { headers: { 'x-request-id': 'mine-1' } });
      expect(headers.get('x-request-id'), path).toBe('mine-1');
      expect(headers.get('api-version')).toMatch(/^\d+\.\d+\.\d+$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('takes no request id that would spoil a log line', async () => {
    for (const id of ['a b', 'x'.repeat(200), '{"a":1}']) {
      const answer = await world.call<Problem>('GET', '/v1/tasks', { headers: { 'x-request-id': id } });
      expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
    }
  });

  it('is a problem where there is nothing, or nothing by this method', async () => {
    for (const path of ['/nothing', '/v1', '/v1/tasks/', '/v1/tasks/a/b/c', '/v2/tasks']) {
      expect((await world.call<Problem>('GET', path)).body.code, path).toBe('not_found');
    }
    const wrong = await world.call<Problem>('PUT', '/v1/tasks');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  it('is logged by its route, without what the caller wrote', async () => {
    world.logged.length = 0;
    await world.call('GET', '/v1/tasks/nonsense-id?secret=1', { key: caller.key }).catch(() => undefined);
    const line = JSON.stringify(world.logged);
    expect(line).toContain('/v1/tasks/:id');
    expect(line).not.toMatch(/nonsense-id|secret|cl_live_/);
  });
});

describe('the document', () => {
  it('that is served is the committed one, and the one the code describes', async () => {
    const committed = JSON.parse(
      await readFile(new URL('../../openapi/v1.json', import.meta.url), 'utf8'),
    ) as unknown;
    expect(await (await fetch(`${world.url}/openapi.json`)).json()).toEqual(committed);
    expect(JSON.parse(JSON.stringify(buildOpenApiDocument()))).toEqual(committed);
  });

  it('names every event as a webhook, and the test that can be asked for', () => {
    expect(Object.keys(buildOpenApiDocument().webhooks ?? {})).toEqual([...EVENT_TYPES, 'webhook.test']);
  });

  it('has a page for each error code, and for nothing else', async () => {
    const folder = new URL('../../docs/errors/', import.meta.url);
    const pages = (await readdir(folder)).filter((name) => name !== 'README.md');
    expect(pages.sort()).toEqual(
      Object.keys(ERROR_CODES)
        .map((code) => `${code}.md`)
        .sort(),
    );
    for (const [code, { status }] of Object.entries(ERROR_CODES)) {
      const page = await readFile(new URL(`${code}.md`, folder), 'utf8');
      expect(page).toContain(`# ${code} (${status})`);
    }
  });
});

describe('the reference', () => {
  it('loads whole from this server, and its policy lets it ask nobody else', async () => {
    const page = await fetch(`${world.url}/reference`);
    const text = await page.text();
    const sources = Array.from(text.matchAll(/(?:src|href)="([^"]+)"/g), ([, source]) => source!);
    const scripts = sources.filter((source) => source !== 'data:,');
    expect(scripts).toEqual(['/reference/scalar.js', '/reference/start.js']);
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:|\*/);
    expect(text).not.toMatch(/<script>|https?:\/\//);

    const bundle = await fetch(`${world.url}/reference/scalar.js`);
    expect(bundle.headers.get('content-type')).toContain('javascript');
    expect((await bundle.text()).length).toBeGreaterThan(1_000_000);
    expect(await (await fetch(`${world.url}/reference/start.js`)).text()).toContain('/openapi.json');
  });

  it('is linked from the start page', async () => {
    const page = await fetch(`${world.url}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('href="/reference"');
  });
});
