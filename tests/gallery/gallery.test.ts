import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gallery, makeTicket, portalIds, startGallery } from '@cfdi-live/portal-gallery';
import { type TestPki, createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { drivers } from './drivers.ts';
import { createVisitor } from './visitor.ts';
import { escuela, factsOf } from './world.ts';

let pki: TestPki;
let dataDir: string;
const running: Gallery[] = [];

async function start(options: Partial<Parameters<typeof startGallery>[0]> = {}): Promise<Gallery> {
  const gallery = await startGallery({ port: 0, pki, ...options });
  running.push(gallery);
  return gallery;
}

beforeAll(async () => {
  pki = await createTestPki();
  dataDir = mkdtempSync(join(tmpdir(), 'gallery-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((gallery) => gallery.close()));
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('the gallery', () => {
  test('gives each portal a host name of its own, and one ticket per outcome', async () => {
    const gallery = await start();
    expect(gallery.portals.map(({ id, url }) => [id, url])).toEqual(
      portalIds.map((id) => [id, `http://${id}.localhost:${gallery.port}/`]),
    );
    for (const { tickets } of gallery.portals) {
      expect(tickets.map(({ outcome }) => outcome)).toContain('success');
      expect(new Set(tickets.map(({ key }) => key)).size).toBe(tickets.length);
    }
  });

  test('serves every page that its portals link to', async () => {
    const gallery = await start();
    for (const portal of portalIds) {
      const visitor = createVisitor(gallery, portal);
      const { text } = await visitor.get('/');
      const links = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '/']) => path);
      const replies = await Promise.all(links.map(async (path) => [path, (await visitor.get(path)).status]));
      expect(replies.filter(([, status]) => status !== 200)).toEqual([]);
      expect(replies.length).toBeGreaterThan(1);
    }
  });

  test('answers 503 for a portal that is down, and only for that one, until it is up', async () => {
    const gallery = await start();
    gallery.setAvailability('webforms', 'down');
    const down = await createVisitor(gallery, 'webforms').get('/');
    expect(down).toMatchObject({ status: 503, text: expect.stringContaining('Portal en mantenimiento') });
    expect((await createVisitor(gallery, 'onepage').get('/')).status).toBe(200);
    gallery.setAvailability('webforms', 'up');
    expect((await createVisitor(gallery, 'webforms').get('/')).status).toBe(200);
  });

  test('delays portals by the given latency', async () => {
    const gallery = await start({ latencyMs: 60 });
    const before = performance.now();
    await createVisitor(gallery, 'listboxes').get('/');
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  test('rejects when the port is taken', async () => {
    const { port } = await start();
    await expect(startGallery({ port, pki })).rejects.toThrow('EADDRINUSE');
  });

  test('closes although a visitor holds his connection open', async () => {
    const gallery = await startGallery({ port: 0, pki });
    await createVisitor(gallery, 'onepage').get('/');
    await gallery.close();
    await expect(createVisitor(gallery, 'onepage').get('/')).rejects.toThrow(
      /ECONNREFUSED|ECONNRESET|socket hang up/,
    );
  });
});

describe('the ledger', () => {
  test('answers other processes over HTTP, by portal and ticket', async () => {
    const gallery = await start();
    const ticket = makeTicket('onepage', 1);
    await drivers.onepage.invoice(createVisitor(gallery, 'onepage'), ticket, escuela);
    await drivers.jqwizard.invoice(createVisitor(gallery, 'jqwizard'), makeTicket('jqwizard', 1), escuela);

    const ledger = await json(`${gallery.url}/__ledger?portal=onepage&ticket=${ticket.key}`);
    expect(ledger).toEqual({
      submits: gallery.ledger.submits('onepage', ticket.key),
      issued: gallery.ledger.issued('onepage', ticket.key),
    });
    expect(gallery.ledger.issued('onepage')).toHaveLength(1);
    expect(gallery.ledger.issued()).toHaveLength(2);
    expect((await fetch(`${gallery.url}/__ledger?portal=nobody`)).status).toBe(404);
  });

  test('survives a restart with the documents, also one that cut a line', async () => {
    const before = await start({ dataDir });
    const ticket = makeTicket('jqwizard', 7);
    await drivers.jqwizard.invoice(createVisitor(before, 'jqwizard'), ticket, escuela);
    const { ledger } = before;
    await before.close();
    running.length = 0;
    appendFileSync(join(dataDir, 'ledger.jsonl'), '{"type":"submit","row":{"id":');

    const after = await start({ dataDir });
    expect(after.ledger.submits()).toEqual(ledger.submits());
    expect(after.ledger.issued()).toEqual(ledger.issued());
    const [files] = await drivers.jqwizard.recover(createVisitor(after, 'jqwizard'), ticket, escuela);
    expect(factsOf(files!.xml).stamp!.uuid).toBe(ledger.issued()[0]!.uuid);

    await drivers.jqwizard.invoice(createVisitor(after, 'jqwizard'), makeTicket('jqwizard', 8), escuela);
    const rows = after.ledger.issued();
    await after.close();
    running.length = 0;
    expect((await start({ dataDir })).ledger.issued()).toEqual(rows);
  });
});

describe('tickets', () => {
  test('can be printed by other processes, sold yesterday by the clock of the gallery', async () => {
    const gallery = await start({ now: () => new Date('2026-03-02T05:00:00Z') });
    const printed = await json(`${gallery.url}/__tickets?portal=webforms&n=5&outcome=expired`);
    expect(printed).toEqual(makeTicket('webforms', 5, { outcome: 'expired', soldOn: '2026-02-28' }));
    expect(gallery.portals[0]!.tickets[0]!.ticketData.date).toBe('2026-02-28');
  });

  test.each([
    'portal=nobody',
    'portal=webforms&n=0',
    'portal=webforms&n=1e9',
    'portal=webforms&outcome=luck',
  ])('are refused for %s', async (query) => {
    const { url } = await start();
    expect((await fetch(`${url}/__tickets?${query}`)).status).toBe(400);
  });

  test('expire by the window of each portal', async () => {
    const soldOn = '2026-03-31';
    const lastDays = {
      webforms: '2026-04-30',
      listboxes: '2026-05-30',
      jqwizard: '2026-04-07',
      onepage: '2026-04-03',
      account: '2026-05-15',
      framed: '2026-04-30',
      primefaces: '2026-04-15',
      masks: '2026-04-30',
      // Its tickets are a day older.
      later: '2026-04-02',
      rough: '2026-04-30',
      hostile: '2026-04-30',
      jsp: '2026-04-07',
      mailed: '2026-05-15',
    };
    let now = new Date();
    const gallery = await start({ now: () => now });
    for (const portal of portalIds) {
      const attempt = async (n: number, instant: string) => {
        now = new Date(instant);
        const visitor = createVisitor(gallery, portal);
        return (await drivers[portal].invoice(visitor, makeTicket(portal, n, { soldOn }), escuela)).kind;
      };
      // Mexico City's midnight is six in the morning, UTC.
      const midnight = Date.parse(`${lastDays[portal]}T00:00:00Z`) + 30 * 3_600_000;
      expect([portal, await attempt(1, new Date(midnight - 1).toISOString())]).toEqual([portal, 'delivered']);
      expect([portal, await attempt(2, new Date(midnight).toISOString())]).toEqual([portal, 'refused']);
    }
  });
});
