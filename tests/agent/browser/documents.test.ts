import { strToU8, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page, startBrowserHost, startSite, type BrowserHost, type Site } from './support.ts';

/** As long as a real one, so that it is recognised in base64 too. */
const cfdi = (folio: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Folio="${folio}" Sello="${'A1'.repeat(120)}"><cfdi:Emisor Nombre="Niñería"/></cfdi:Comprobante>`;
const PDF = Buffer.from(
  `%PDF-1.7\n%\u00e2\u00e3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF`,
  'latin1',
);
const base64 = (content: string | Buffer) => Buffer.from(content).toString('base64');
const attachment = (name: string, type: string) => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
});

let host: BrowserHost;
let site: Site;

beforeAll(async () => {
  host = await startBrowserHost();
  site = await startSite({
    '/direct': page('<a href="/f.xml">XML</a><a href="/f.pdf">PDF</a>'),
    '/f.xml': {
      body: cfdi('direct'),
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': "attachment; filename*=UTF-8''factura%20%C3%B1.xml",
      },
    },
    '/f.pdf': { body: PDF, headers: attachment('factura.pdf', 'application/pdf') },
    '/zip': page('<form action="/z" method="post"><button>Descargar</button></form>'),
    '/z': {
      body: zipSync({ 'fac/F1.xml': strToU8(cfdi('zip')), 'fac/F1.pdf': PDF, 'leeme.txt': strToU8('hola') }),
      headers: attachment('facturas.zip', 'application/x-zip-compressed'),
    },
    '/blob':
      page(`<button onclick="const a = document.createElement('a'); a.href = window.URL.createObjectURL(new Blob([atob('${base64(cfdi('blob'))}')], { type: 'text/xml' })); a.download = 'b.xml'; a.click()">XML</button>
      <button onclick="const a = document.createElement('a'); a.href = 'data:application/pdf;base64,${base64(PDF)}'; a.download = 'd.pdf'; a.click()">PDF</button>`),
    '/answer': page(
      `<button onclick="fetch('/timbrar', { method: 'POST' }).then((r) => r.json()).then((r) => { o.textContent = 'Listo ' + r.d.length })">Timbrar</button><output id="o"></output>`,
    ),
    '/timbrar': {
      body: JSON.stringify({
        d: JSON.stringify({
          xmlBase64: base64(cfdi('answer')),
          pdf: base64(PDF).replaceAll('/', '\\/'),
          VIEWSTATE: base64('x'.repeat(900)),
        }),
      }),
      headers: { 'content-type': 'application/json' },
    },
    '/raw-answer': page(
      `<button onclick="fetch('/cfdi').then((r) => r.text()).then(() => { o.textContent = 'Listo' })">Ver</button><output id="o"></output>`,
    ),
    '/cfdi': { body: cfdi('raw'), headers: { 'content-type': 'text/xml' } },
    '/viewer': page(
      `<button onclick="window.open('/inline.pdf')">Ver PDF</button><a href="/inline.xml" target="_blank">Ver XML</a>`,
    ),
    '/opener': page(`<button onclick="window.open('/direct')">Ver factura</button>`),
    '/inline.pdf': { body: PDF, headers: { 'content-type': 'application/pdf' } },
    '/inline.xml': { body: cfdi('tab'), headers: { 'content-type': 'application/xml' } },
    '/embedded':
      page(`<textarea>${cfdi('text').replaceAll('<', '&lt;')}</textarea><a href="data:text/xml;base64,${base64(cfdi('href'))}">XML</a>
      <iframe id="f" width="300" height="100"></iframe><script>f.src = URL.createObjectURL(new Blob(['%PDF-1.4 blob'], { type: 'application/pdf' }))</script>`),
    '/lies': page('<a href="/lie.xml">XML</a><a href="/empty.xml">Vacío</a>'),
    '/lie.xml': { body: page('<h1>Sesión expirada</h1>'), headers: attachment('factura.xml', 'text/xml') },
    '/empty.xml': { body: '', headers: attachment('vacio.xml', 'text/xml') },
  });
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
});

/** Opens a page, clicks everything named, and tells what was captured. */
async function captured(path: string, ...clicks: string[]) {
  const driver = await host.driver(site.origin);
  await driver.open(site.origin + path);
  for (const words of clicks) {
    const seen = await driver.snapshot();
    const target = seen.elements.find((element) => element.name === words)!;
    expect(await driver.perform({ kind: 'click', target: target.id })).toMatchObject({ ok: true });
  }
  const last = await driver.snapshot();
  const documents = await driver.documents();
  const told = documents.map((document) => `${document.kind} ${document.source} ${document.fileName}`).sort();
  return { driver, last, documents, told };
}

const folioOf = (bytes: Uint8Array | undefined) =>
  /Folio="(\w+)"/.exec(Buffer.from(bytes ?? []).toString())?.[1];

describe('documents', () => {
  it('come from plain downloads, each once, with their names and exact bytes', async () => {
    const { documents, told, last } = await captured('/direct', 'XML', 'PDF', 'XML');
    expect(told).toEqual(['pdf download factura.pdf', 'xml download factura ñ.xml']);
    expect(Buffer.from(documents.find((document) => document.kind === 'xml')!.bytes).toString()).toBe(
      cfdi('direct'),
    );
    expect(Buffer.from(documents.find((document) => document.kind === 'pdf')!.bytes).equals(PDF)).toBe(true);
    expect(last.url).toBe(`${site.origin}/direct`);
    expect(last.downloads.map((file) => file.fileName)).toContain('factura.pdf');
  });

  it('come out of ZIPs', async () => {
    const { told } = await captured('/zip', 'Descargar');
    expect(told).toEqual(['other zip leeme.txt', 'pdf zip F1.pdf', 'xml zip F1.xml']);
  });

  it('come from blob and data links through the provider', async () => {
    const { told, documents } = await captured('/blob', 'XML', 'PDF');
    expect(told).toHaveLength(2);
    expect(folioOf(documents.find((document) => document.kind === 'xml')?.bytes)).toBe('blob');
    expect(documents.some((document) => document.kind === 'pdf')).toBe(true);
  });

  it('come from base64 inside the answer of a call, however it is wrapped', async () => {
    const { documents, last } = await captured('/answer', 'Timbrar');
    expect(last.texts.some((text) => text.text.startsWith('Listo'))).toBe(true);
    expect(documents.map((document) => document.kind).sort()).toEqual(['pdf', 'xml']);
    expect(folioOf(documents.find((document) => document.kind === 'xml')?.bytes)).toBe('answer');
  });

  it('come from an XML answer of a call', async () => {
    const { documents } = await captured('/raw-answer', 'Ver');
    expect(documents.map((document) => folioOf(document.bytes))).toEqual(['raw']);
  });

  it('handed over by a pop-up leave that pop-up in front', async () => {
    const { told, last } = await captured('/opener', 'Ver factura', 'PDF', 'XML');
    expect(told).toEqual(['pdf download factura.pdf', 'xml download factura ñ.xml']);
    expect(last.url).toBe(`${site.origin}/direct`);
  });

  it('come from viewer tabs, which do not hide the portal', async () => {
    const { documents, last } = await captured('/viewer', 'Ver PDF', 'Ver XML');
    expect(documents.map((document) => document.kind).sort()).toEqual(['pdf', 'xml']);
    expect(last.url).toBe(`${site.origin}/viewer`);
  });

  it('come from the page itself: XML as text, data links, blob frames', async () => {
    const { documents } = await captured('/embedded');
    const xml = documents.filter((document) => document.kind === 'xml');
    expect(
      xml.map((document) => folioOf(document.bytes) ?? '').toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['href', 'text']);
    expect(documents.some((document) => document.kind === 'pdf' && document.bytes.length === 13)).toBe(true);
  });

  it('are not web pages saved as XML, nor empty files', async () => {
    const { told } = await captured('/lies', 'XML', 'Vacío');
    expect(told).toEqual([]);
  });
});
