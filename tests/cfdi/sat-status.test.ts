import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createSatRegister,
  judgeSatStatus,
  parseXml,
  querySatStatus,
  readSatAnswer,
  SAT_HANDOVER_MS,
  type SatQuestion,
} from '@cfdi-live/cfdi';
import { afterEach, describe, expect, test } from 'vitest';

const QUESTION: SatQuestion = {
  uuid: 'CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC',
  emisorRfc: 'H&E951128469',
  receptorRfc: 'ZUÑ920208KL4',
  total: '1160.0',
  sealEnd: '/OAgdg==',
};

/** As the service answers it: prefixes of its own, empty elements. */
function answer(fields: Record<string, string>): string {
  const parts = Object.entries(fields).map(([name, text]) => `<a:${name}>${text}</a:${name}>`);
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ConsultaResponse xmlns="http://tempuri.org/"><ConsultaResult xmlns:a="http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${parts.join('')}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>`;
}

const FOUND = { CodigoEstatus: 'S - Comprobante obtenido satisfactoriamente.' };

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server !== undefined) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
});

/** A service of SAT's that answers as it is told. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ConsultaCFDIService.svc`;
}

describe('the question', () => {
  test('names the invoice as its QR code does, escaped once for the expression and once for the XML', async () => {
    let asked = '';
    let action: string | undefined;
    const url = await serve((request, response) => {
      action = request.headers['soapaction'] as string;
      request.on('data', (chunk: Buffer) => (asked += chunk.toString('utf8')));
      request.on('end', () => response.end(answer({ ...FOUND, Estado: 'Vigente' })));
    });
    await querySatStatus(QUESTION, { url });
    expect(action).toBe('"http://tempuri.org/IConsultaCFDIService/Consulta"');
    const read = parseXml(Buffer.from(asked));
    const expression = read.ok ? read.root.children[0]?.children[0]?.children[0]?.text : undefined;
    expect(expression).toBe(
      '?re=H&amp;E951128469&rr=ZUÑ920208KL4&tt=1160.0&id=CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC&fe=/OAgdg==',
    );
  });
});

describe('the answer', () => {
  test.each([
    [
      'valid',
      {
        ...FOUND,
        Estado: 'Vigente',
        EsCancelable: 'Cancelable sin aceptación',
        EstatusCancelacion: '',
        ValidacionEFOS: '200',
      },
      {
        kind: 'valid',
        cancellable: 'Cancelable sin aceptación',
        cancellation: null,
        emisorIsListed: false,
      },
    ],
    [
      'valid, from an emisor on the list of those who sell invoices',
      { ...FOUND, Estado: 'Vigente', ValidacionEFOS: '100' },
      { kind: 'valid', cancellable: null, cancellation: null, emisorIsListed: true },
    ],
    [
      'cancelled',
      { ...FOUND, Estado: 'Cancelado', EstatusCancelacion: 'Cancelado sin aceptación' },
      { kind: 'cancelled', cancellation: 'Cancelado sin aceptación' },
    ],
    [
      'not in the register',
      { CodigoEstatus: 'N - 602: Comprobante no encontrado.', Estado: 'No Encontrado' },
      { kind: 'not_found' },
    ],
  ])('says that an invoice is %s', async (_name, fields, status) => {
    const url = await serve((_request, response) => response.end(answer(fields)));
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'answered', status });
  });

  test('that refuses the question is not one about the invoice', () => {
    const refused = answer({ CodigoEstatus: 'N - 601: La expresión impresa proporcionada no es válida.' });
    expect(readSatAnswer(Buffer.from(refused))).toEqual({ ok: false, reason: 'question_refused' });
  });

  test.each([
    ['a page', '<html><body>Service unavailable</body></html>'],
    ['a state that nobody knows', answer({ ...FOUND, Estado: 'Quizás' })],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['nothing', ''],
  ])('that is %s is unreadable', async (_name, body) => {
    const url = await serve((_request, response) => response.end(body));
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'unavailable', reason: 'unreadable' });
  });
});

describe('a register that', () => {
  test('fails says nothing about the invoice', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end());
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'unavailable', reason: 'http_error' });
  });

  test('sends elsewhere is not followed', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'unavailable', reason: 'network' });
  });

  test('does not answer is left after the time-out', async () => {
    const url = await serve(() => undefined);
    const started = performance.now();
    const reply = await createSatRegister({ url, timeoutMs: 200 })(QUESTION);
    expect(reply).toEqual({ kind: 'unavailable', reason: 'timeout' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('answers without end is cut off', async () => {
    const url = await serve((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
        response.once('drain', write);
      };
      write();
    });
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'unavailable', reason: 'too_large' });
  });

  test('is not there is told apart from one that knows nothing', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await querySatStatus(QUESTION, { url })).toEqual({ kind: 'unavailable', reason: 'network' });
  });

  test('is left when its caller is', async () => {
    const url = await serve(() => undefined);
    const gone = new AbortController();
    const reply = createSatRegister({ url })(QUESTION, gone.signal);
    gone.abort();
    expect(await reply).toEqual({ kind: 'unavailable', reason: 'network' });
  });
});

describe('an invoice that SAT does not find', () => {
  const stampedAt = Date.parse('2026-11-20T18:00:00Z');
  test('is pending while its PAC may still hand it over, and unknown to SAT afterwards', () => {
    const at = (now: number) => judgeSatStatus({ kind: 'not_found' }, { stampedAt, now });
    expect(at(stampedAt + 60_000)).toBe('pending');
    expect(at(stampedAt + SAT_HANDOVER_MS - 1)).toBe('pending');
    expect(at(stampedAt + SAT_HANDOVER_MS)).toBe('unknown_to_sat');
  });
});
