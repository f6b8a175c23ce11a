import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { hasError } from '../finding.ts';
import { judgePdfBytes, judgePdfText } from '../judge-pdf.ts';
import { pdfFinding, type PdfFinding } from '../pdf-findings.ts';

export type PdfCheck = { readonly ok: boolean; readonly findings: readonly PdfFinding[] };

/** How long reading may take, in milliseconds, and how much heap it may use, in megabytes. */
export type PdfCaps = { readonly milliseconds: number; readonly megabytes: number };

const DEFAULT_CAPS: PdfCaps = { milliseconds: 10_000, megabytes: 256 };

/**
 * Whether a PDF is the printed representation of the invoice with this UUID. The file comes from a stranger's portal,
 * so it is read in a thread of its own that is ended when it takes too long or too much.
 */
export async function checkPdf(
  bytes: Uint8Array,
  uuid: string,
  caps: PdfCaps = DEFAULT_CAPS,
): Promise<PdfCheck> {
  const refused = judgePdfBytes(bytes);
  if (refused.length > 0) return { ok: false, findings: refused };
  const read = await extractText(bytes, caps);
  const findings = read.ok
    ? judgePdfText(read.text, uuid)
    : [pdfFinding('pdf_unreadable', { reason: read.reason })];
  return { ok: !hasError(findings), findings };
}

type ExtractedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'broken' | 'too_slow' | 'too_heavy' };

/**
 * Given as text so that the thread starts the same way from TypeScript sources and from a bundle. Errors of the
 * reader are answered, not thrown: their wording may quote the document.
 */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.unpdf)
  .then(({ extractText }) => extractText(workerData.bytes, { mergePages: true }))
  .then(({ text }) => parentPort.postMessage({ ok: true, text }))
  .catch(() => parentPort.postMessage({ ok: false, reason: 'broken' }));
`;

async function extractText(bytes: Uint8Array, caps: PdfCaps): Promise<ExtractedText> {
  const unpdf = pathToFileURL(createRequire(import.meta.url).resolve('unpdf')).href;
  const worker = new Worker(READER, {
    eval: true,
    // A copy: the caller keeps the original bytes, whatever the thread does with its own.
    workerData: { unpdf, bytes: Uint8Array.from(bytes) },
    resourceLimits: { maxOldGenerationSizeMb: caps.megabytes },
    // Nothing of ours is needed there, neither loaders nor the environment; and the reader's warnings are not ours.
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  try {
    return await answerOf(worker, caps.milliseconds);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, milliseconds: number): Promise<ExtractedText> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve({ ok: false, reason: 'too_slow' }), milliseconds);
    worker.once('message', (answer: ExtractedText) => resolve(answer));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ ok: false, reason: 'too_heavy' });
      else reject(error);
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve({ ok: false, reason: 'broken' });
    });
  });
}
