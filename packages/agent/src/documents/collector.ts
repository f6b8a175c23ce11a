/** Gathers the files that a portal hands over, however it does; each content once. */
import { createHash } from 'node:crypto';
import { classify, looksLikeCfdi, type ContentKind } from '@cfdi-live/domain';
import type { CapturedDocument } from '../types.ts';
import { unzip } from './unzip.ts';

export interface Collector {
  /** Takes a file in; ZIPs are opened. Web pages and empty files are not documents. */
  add(file: { fileName: string; bytes: Uint8Array; source: CapturedDocument['source'] }): void;
  /** Looks for documents inside an answer of the portal: whole, or as base64 or text within JSON. */
  addAnswer(bytes: Uint8Array, fileName: string): void;
  /** Takes in what the page shows as a `data:` or `blob:` file, when it is a document rather than a picture. */
  addShown(name: string, bytes: Uint8Array): void;
  all(): CapturedDocument[];
}

const MAX_DOCUMENTS = 40;
const MAX_BYTES = 20 * 1024 * 1024;

export function createCollector(): Collector {
  const documents = new Map<string, CapturedDocument>();

  const keep = (document: CapturedDocument) => {
    const hash = createHash('sha256').update(document.bytes).digest('hex');
    if (documents.has(hash) || documents.size >= MAX_DOCUMENTS) return;
    documents.set(hash, document);
  };
  const add: Collector['add'] = ({ fileName, bytes, source }) => {
    if (bytes.length === 0 || bytes.length > MAX_BYTES) return;
    const kind = classify(bytes);
    if (kind === 'html') return;
    if (kind === 'zip') {
      for (const entry of unzip(bytes)) add({ ...entry, source: 'zip' });
      return;
    }
    keep({ kind: documentKind(kind), fileName, bytes, source });
  };

  return {
    add,
    addAnswer: (bytes, fileName) => {
      if (bytes.length === 0 || bytes.length > MAX_BYTES) return;
      const kind = classify(bytes);
      if (kind === 'pdf' || kind === 'zip') add({ fileName, bytes, source: 'response' });
      else if (kind === 'xml' && looksLikeCfdi(toText(bytes))) add({ fileName, bytes, source: 'response' });
      else for (const found of embedded(toText(bytes))) add({ fileName, bytes: found, source: 'response' });
    },
    addShown: (name, bytes) => {
      const kind = classify(bytes);
      if (kind === 'other' || kind === 'html') return;
      add({ fileName: `${name}.${kind}`, bytes, source: 'inline' });
    },
    all: () => [...documents.values()],
  };
}

function documentKind(kind: ContentKind): CapturedDocument['kind'] {
  return kind === 'xml' || kind === 'pdf' ? kind : 'other';
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Documents in an answer's strings: base64, or XML as it is. */
function embedded(text: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const string of stringsOf(text, 3)) {
    const bare = string.trimStart();
    if (bare.startsWith('<') && looksLikeCfdi(bare)) found.push(Buffer.from(bare));
    for (const [run] of string.matchAll(/[A-Za-z0-9+/_-]{200,}(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}/g)) {
      const bytes = Buffer.from(run, 'base64');
      const kind = classify(bytes);
      if (kind === 'pdf' || kind === 'zip' || (kind === 'xml' && looksLikeCfdi(toText(bytes))))
        found.push(bytes);
    }
  }
  return found;
}

/** The strings of a JSON text, those of JSON inside its strings too; any other text is one string. */
function stringsOf(text: string, depth: number): string[] {
  if (!/^\s*[[{"]/.test(text) || depth === 0) return [text];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [text];
  }
  const strings: string[] = [];
  const visit = (value: unknown) => {
    if (typeof value === 'string') strings.push(...stringsOf(value, depth - 1));
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) visit(part);
  };
  visit(parsed);
  return strings;
}
