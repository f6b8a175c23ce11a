/** A portal of somebody's own on loopback, as plain as they come, whose CFDIs are signed by an authority of its own. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestPki, issueCfdi, renderPdf, type TestPki } from '@cfdi-live/portal-gallery/issuer';

export const EMISOR = { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' };

export interface OwnPortal {
  url: string;
  /** As `ALLOWED_PRIVATE_HOSTS` wants it. */
  host: string;
  pki: TestPki;
  /** The UUIDs of what it issued, in their order. */
  issued(): readonly string[];
  close(): Promise<void>;
}

export async function startOwnPortal(): Promise<OwnPortal> {
  // Another PAC than the gallery's, which a local stack trusts.
  const pki = await createTestPki({ pacNumber: '30001000000400000099' });
  const issued: string[] = [];
  let files: Files | null = null;
  /** One form, one answer page with two links. */
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (request.url === '/xml' && files !== null)
      return { status: 200, type: 'application/xml', body: files.xml };
    if (request.url === '/pdf' && files !== null)
      return { status: 200, type: 'application/pdf', body: files.pdf };
    if (request.method !== 'POST') return page(FORM);
    const made = await issue(pki, await formOf(request));
    files = made;
    issued.push(made.uuid);
    return page(
      '<p role="status">Su factura fue generada correctamente.</p><a href="/xml" download="factura.xml">Descargar XML</a> <a href="/pdf" download="factura.pdf">Descargar PDF</a>',
    );
  };
  const server = createServer(
    (request, response) =>
      void answer(request).then(({ status, type, body }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    host,
    pki,
    issued: () => [...issued],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Files {
  uuid: string;
  xml: Uint8Array;
  pdf: Uint8Array;
}

interface Answer {
  status: number;
  type: string;
  body: string | Uint8Array;
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

async function issue(pki: TestPki, form: URLSearchParams): Promise<Files> {
  const value = (name: string) => form.get(name) ?? '';
  const cfdi = {
    emisor: EMISOR,
    receptor: {
      rfc: value('rfc'),
      name: value('nombre'),
      postalCode: value('cp'),
      regime: value('regimen'),
      use: value('uso'),
    },
    total: value('total'),
  };
  const made = await issueCfdi(pki, cfdi);
  return { uuid: made.uuid, xml: made.xml, pdf: await renderPdf(made, cfdi) };
}

const page = (body: string): Answer => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="es"><meta charset="utf-8"><title>Factura tu compra</title><body><h1>Ferretería El Tornillo</h1>${body}</body></html>`,
});

const FORM = `<form method="post" action="/factura">
<p><label>Folio del ticket <input name="folio" required></label></p>
<p><label>Total de la compra <input name="total" required></label></p>
<p><label>RFC <input name="rfc" maxlength="13" required></label></p>
<p><label>Nombre o razón social <input name="nombre" required></label></p>
<p><label>Código postal <input name="cp" maxlength="5" required></label></p>
<p><label>Régimen fiscal <select name="regimen" required><option value="">Seleccione</option><option value="601">601 General de Ley Personas Morales</option><option value="612">612 Personas Físicas con Actividades Empresariales y Profesionales</option></select></label></p>
<p><label>Uso del CFDI <select name="uso" required><option value="">Seleccione</option><option value="G03">G03 Gastos en general</option><option value="S01">S01 Sin efectos fiscales</option></select></label></p>
<p><label>Correo electrónico <input name="correo" type="email"></label></p>
<button>Generar factura</button></form>`;
