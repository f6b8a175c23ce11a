import { checkPdf } from '@cfdi-live/cfdi/node';
import { renderPdf } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import PDFDocument from 'pdfkit';
import { REQUEST, createWorld, type World } from './world.ts';

let world: World;
let pdf: Buffer;
beforeAll(async () => {
  world = await createWorld();
  pdf = await renderPdf(world.issued, REQUEST);
});
afterAll(() => world.close());

/** A page with these lines; with none, a page without text. */
async function page(...lines: readonly string[]): Promise<Buffer> {
  const document = new PDFDocument();
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
  });
  document.rect(10, 10, 50, 50).fill('red');
  for (const line of lines) document.text(line);
  document.end();
  return finished;
}

async function codes(bytes: Uint8Array, uuid = world.issued.uuid): Promise<readonly string[]> {
  return (await checkPdf(bytes, uuid)).findings.map(({ code }) => code);
}

describe('checkPdf', () => {
  it('finds nothing wrong with the printed representation of the invoice, and leaves its bytes alone', async () => {
    const before = Buffer.from(pdf);
    expect(await checkPdf(pdf, world.issued.uuid)).toEqual({ ok: true, findings: [] });
    expect(pdf.equals(before)).toBe(true);
  });

  it('finds a UUID that the page breaks into two lines', async () => {
    const { uuid } = world.issued;
    expect(await codes(await page(uuid.slice(0, 20), uuid.slice(20)))).toEqual([]);
  });

  it('refuses the PDF of another invoice', async () => {
    expect(await codes(pdf, '00000000-0000-4000-8000-000000000000')).toEqual(['pdf_of_another_cfdi']);
  });

  it('refuses a page that names no invoice', async () => {
    expect(await codes(await page('Su factura está en proceso'))).toEqual(['pdf_without_uuid']);
  });

  it('only warns of a picture', async () => {
    const result = await checkPdf(await page(), world.issued.uuid);
    expect(result).toMatchObject({ ok: true, findings: [{ code: 'pdf_without_text', severity: 'warning' }] });
  });

  it('refuses what is no PDF, or a broken one', async () => {
    expect(await codes(Buffer.from('<html>'))).toEqual(['pdf_not_pdf']);
    expect(await codes(Buffer.from('%PDF-1.7\nnada'))).toEqual(['pdf_unreadable']);
    expect(await codes(pdf.subarray(0, 300))).toEqual(['pdf_unreadable']);
  });

  it('ends a reading that takes too long', async () => {
    const result = await checkPdf(pdf, world.issued.uuid, { milliseconds: 1, megabytes: 256 });
    expect(result.findings).toMatchObject([{ code: 'pdf_unreadable', values: { reason: 'too_slow' } }]);
  });

  it('ends a reading that takes too much', async () => {
    const result = await checkPdf(pdf, world.issued.uuid, { milliseconds: 20_000, megabytes: 1 });
    expect(result.findings).toMatchObject([{ code: 'pdf_unreadable', values: { reason: 'too_heavy' } }]);
  });
});
