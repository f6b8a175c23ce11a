import { encodeId, newUuid, type Cfdi, type Problem } from '@cfdi-live/contract';
import type { NewCfdi } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { newCfdi, stampedFacts } from '../helpers/invoice.ts';
import { openWorld, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
/** In the order in which they came. */
const kept: NewCfdi[] = [];
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
  const lunch = stampedFacts();
  const other = { ...lunch.receptor, rfc: 'FUNK671228PH6', name: 'KARLA FUENTE NOLASCO' };
  for (const overrides of [
    { facts: lunch },
    { facts: stampedFacts({ receptor: other, issuedAt: '2026-11-22T09:00:00', serie: undefined }) },
    {
      facts: stampedFacts({ emisor: { rfc: 'H&E951128469', name: 'HERRERIA & ELECTRICOS', regime: '601' } }),
    },
    {
      facts: stampedFacts(),
      verdict: 'rejected' as const,
      accepted: false,
      findings: [
        {
          code: 'total_mismatch',
          severity: 'error' as const,
          message: { es: 'El total no es el del ticket.', en: "The total is not the ticket's." },
          values: { expected: '1160.00', found: '1147.50' },
        },
      ],
    },
  ]) {
    const cfdi = newCfdi(newUuid(), overrides);
    await world.worker.withTenant(caller, (tx) => tx.cfdis.add(cfdi));
    kept.push(cfdi);
  }
});
afterAll(() => world.close());

/** The numbers of the invoices that a query lists. */
async function list(query = '', by = caller): Promise<number[]> {
  const { status, body } = await world.call<List<Cfdi>>('GET', `/v1/cfdis?${query}`, { key: by.key });
  expect(status).toBe(200);
  return body.data.map(({ uuid }) => kept.findIndex((cfdi) => cfdi.uuid === uuid));
}

function read<Body = Cfdi>(uuid: string, by = caller) {
  return world.call<Body>('GET', `/v1/cfdis/${uuid}`, { key: by.key });
}

describe('an invoice', () => {
  it('is told as data: parties, lines, taxes by rate, payment, and where SAT tells of it', async () => {
    const [lunch] = kept as [NewCfdi];
    const { status, body } = await read(lunch.uuid);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      uuid: lunch.uuid,
      serie: 'A',
      folio: '10293',
      issuedAt: '2026-11-20T12:30:00',
      emisor: { rfc: 'EKU9003173C9', regime: '601' },
      receptor: { rfc: 'CACX7605101P8', postalCode: '36257', use: 'G03' },
      subtotal: 1000,
      discount: null,
      total: 1147.5,
      currency: 'MXN',
      paymentForm: '04',
      paymentMethod: 'PUE',
      placeOfIssue: '36257',
      satStatus: null,
      verdict: 'authenticated',
      accepted: true,
      findings: [],
      taskId: encodeId('task', lunch.taskId),
      xmlArtifactId: encodeId('artifact', lunch.xmlArtifactId),
      pdfArtifactId: null,
    });
    expect(body.taxes).toEqual({
      transferred: [{ tax: '002', factor: 'Tasa', rate: '0.160000', base: 1000, amount: 160 }],
      // The document sums what is withheld without a rate; its lines have one.
      withheld: [{ tax: '001', factor: 'Tasa', rate: '0.012500', base: 1000, amount: 12.5 }],
      totalTransferred: 160,
      totalWithheld: 12.5,
      local: null,
    });
    expect(body.concepts[1]).toMatchObject({ quantity: '3', unitPrice: '133.333333', amount: '400.00' });
    expect(body.verificationUrl).toBe(
      `https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=${lunch.uuid}&re=EKU9003173C9&rr=CACX7605101P8&tt=1147.5&fe=${lunch.facts.seal.slice(-8)}`,
    );
  });

  it('is found by its folio fiscal in any case', async () => {
    const [lunch] = kept as [NewCfdi];
    expect((await read(lunch.uuid.toLowerCase())).body.uuid).toBe(lunch.uuid);
  });

  it('that was refused is shown with what is wrong with it, until one is accepted', async () => {
    const refused = kept[3]!;
    const { body } = await read(refused.uuid);
    expect(body).toMatchObject({ accepted: false, verdict: 'rejected', findings: refused.findings });
    const later = newCfdi(newUuid(), { facts: refused.facts });
    const own = await world.newCaller();
    await world.worker.withTenant(own, async (tx) => {
      await tx.cfdis.add(later);
      await tx.cfdis.add({ ...refused, taskId: newUuid() });
    });
    expect((await read(refused.uuid, own)).body).toMatchObject({
      accepted: true,
      taskId: encodeId('task', later.taskId),
    });
  });

  it.each([newUuid(), 'not-a-uuid', '%00'])('of %s is not found', async (uuid) => {
    const { status, body } = await read<Problem>(uuid);
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('is another tenant’s, or of another mode, as if it were not', async () => {
    const stranger = await world.newCaller();
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    for (const by of [stranger, otherMode]) {
      expect((await read(kept[0]!.uuid, by)).status).toBe(404);
      expect(await list('', by)).toEqual([]);
      expect(await list('receptorRfc=CACX7605101P8', by)).toEqual([]);
    }
  });
});

describe('a list of invoices', () => {
  it('holds what was accepted, newest first, or what was not', async () => {
    expect(await list()).toEqual([2, 1, 0]);
    expect(await list('accepted=false')).toEqual([3]);
  });

  it('is of one folio, emisor, receptor, task or time', async () => {
    expect(await list(`uuid=${kept[1]!.uuid.toLowerCase()}`)).toEqual([1]);
    expect(await list('emisorRfc=h%26e-951128-469')).toEqual([2]);
    expect(await list('receptorRfc=CACX7605101P8')).toEqual([2, 0]);
    expect(await list('receptorRfc=funk671228ph6')).toEqual([1]);
    expect(await list('receptorRfc=XIA190128J61')).toEqual([]);
    expect(await list(`taskId=${encodeId('task', kept[0]!.taskId)}`)).toEqual([0]);
    expect(await list('issuedAfter=2026-11-21')).toEqual([1]);
    expect(await list('issuedAfter=2026-11-20T12:30:00')).toEqual([1]);
    expect(await list('issuedBefore=2026-11-22T09:00:00&receptorRfc=CACX7605101P8')).toEqual([2, 0]);
    // 18:30 in Greenwich is 12:30 in the middle of Mexico.
    expect(await list('issuedAfter=2026-11-20T18:29:59Z')).toEqual([2, 1, 0]);
    expect(await list('issuedAfter=2026-11-20T18:30:00Z')).toEqual([1]);
  });

  it('goes page by page', async () => {
    const page = async (query: string) =>
      (await world.call<List<Cfdi>>('GET', `/v1/cfdis?limit=2${query}`, { key: caller.key })).body;
    const first = await page('');
    const second = await page(`&after=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ uuid }) => uuid)).toEqual(
      [2, 1, 0].map((number) => kept[number]!.uuid),
    );
    expect(second).toMatchObject({ hasMore: false, nextCursor: null });
  });

  it.each(['uuid=1', 'accepted=maybe', 'issuedAfter=yesterday', 'rfc=CACX7605101P8', 'after=x', 'taskId=1'])(
    'refuses ?%s',
    async (query) => {
      const answer = await world.call<Problem>('GET', `/v1/cfdis?${query}`, { key: caller.key });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
      expect(answer.body.errors.map(({ path }) => path)).toEqual([query.split('=')[0]]);
    },
  );

  it('asks for the scope of files', async () => {
    const { key } = await world.newCaller({ tenantId: caller.tenantId, scopes: ['tasks:read'] });
    expect((await world.call('GET', '/v1/cfdis', { key })).status).toBe(403);
  });

  it('leaves no receptor in clear in the database', async () => {
    const rows = await asSuperuser<{ row: string }>(
      world.test,
      'select c::text as row from public.cfdi_documents c',
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    const dump = rows.map(({ row }) => row).join('\n');
    expect(dump).toContain('EKU9003173C9');
    expect(dump).not.toMatch(/CACX7605101P8|FUNK671228PH6|XOCHILT|KARLA/);
  });
});
