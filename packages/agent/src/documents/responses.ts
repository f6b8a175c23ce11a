/** Reads documents out of the browser's traffic: answers to calls, and document responses that are files. */
import type { Protocol } from 'devtools-protocol';
import type { CdpSession } from '../browser/cdp.ts';
import type { Target } from '../browser/targets.ts';
import type { Collector } from './collector.ts';

const CALLS = new Set(['XHR', 'Fetch']);
const MAY_HOLD = /xml|pdf|zip|octet-stream|json|text\/(plain|html)|download/i;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_FILE_BYTES = 20 * 1024 * 1024;

export interface ResponseReader {
  /** Follows the calls of a page or frame. */
  watch(target: Target): void;
  /** Reads a paused document response when it is a file rather than a page. */
  readDocument(session: CdpSession, response: Protocol.Fetch.RequestPausedEvent): Promise<void>;
  /** Resolves when the bodies asked for so far have been read. */
  settled(): Promise<void>;
  /** Addresses of the files read by `readDocument`: a download of one of them needs no second fetch. */
  readonly filesRead: ReadonlySet<string>;
}

export function createResponseReader(collector: Collector): ResponseReader {
  const reading = new Set<Promise<void>>();
  const filesRead = new Set<string>();

  const read = async (session: CdpSession, requestId: string, url: string) => {
    try {
      const { body, base64Encoded } = await session.send('Network.getResponseBody', { requestId });
      collector.addAnswer(Buffer.from(body, base64Encoded ? 'base64' : 'utf8'), fileNameOf(url, undefined));
    } catch {
      // The browser has let go of the body (another page came): what it showed is still in the page.
    }
  };

  return {
    filesRead,
    watch: ({ session }) => {
      const candidates = new Map<string, string>();
      session.on('Network.responseReceived', ({ requestId, type, response }) => {
        if (CALLS.has(type) && MAY_HOLD.test(response.mimeType)) candidates.set(requestId, response.url);
      });
      session.on('Network.loadingFailed', ({ requestId }) => candidates.delete(requestId));
      session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const url = candidates.get(requestId);
        candidates.delete(requestId);
        if (url === undefined || encodedDataLength > MAX_ANSWER_BYTES) return;
        const job = read(session, requestId, url).finally(() => reading.delete(job));
        reading.add(job);
      });
    },
    readDocument: async (session, response) => {
      const headers = new Map(
        (response.responseHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
      );
      const disposition = headers.get('content-disposition');
      const attached = /^\s*attachment/i.test(disposition ?? '');
      const page = /html/i.test(headers.get('content-type') ?? 'text/html');
      if (page && !attached) return;
      if (Number(headers.get('content-length') ?? 0) > MAX_FILE_BYTES) return;
      const { body, base64Encoded } = await session.send('Fetch.getResponseBody', {
        requestId: response.requestId,
      });
      const bytes = Buffer.from(body, base64Encoded ? 'base64' : 'utf8');
      filesRead.add(response.request.url);
      const fileName = fileNameOf(response.request.url, disposition);
      collector.add({ fileName, bytes, source: attached ? 'download' : 'response' });
    },
    settled: async () => {
      while (reading.size > 0) await Promise.all(reading);
    },
  };
}

/** The name a response gives its file (RFC 6266), else the last part of its address. */
export function fileNameOf(url: string, disposition: string | undefined): string {
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  const simple = /filename\s*=\s*(?:"([^"]*)"|([^;]*))/i.exec(disposition ?? '');
  const path = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  const name = decode(extended ?? simple?.[1] ?? simple?.[2] ?? path);
  const bare = name.replace(/[\u0000-\u001f/\\]/g, '').trim();
  return bare === '' ? 'document' : bare.slice(0, 200);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
