/** A mail of a stranger, taken apart: the documents in it, and the links that may lead to some. */
import { createCollector, type CapturedDocument } from '@cfdi-live/agent';
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { linksOf, type MailLink } from './links.ts';

export interface ReadMail {
  documents: CapturedDocument[];
  links: MailLink[];
}

const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 3 };
const MOST_PARTS = 50;
/** Of each text: what is further down is no notice of an invoice. */
const MOST_LETTERS = 1_000_000;

/** Null: it cannot be read, or is nested deeper than any honest mail. */
export async function readMail(content: Uint8Array): Promise<ReadMail | null> {
  const email = await parse(content);
  if (email === null) return null;
  const collector = createCollector();
  for (const part of email.attachments.slice(0, MOST_PARTS)) {
    collector.add({ fileName: part.filename ?? '', bytes: bytesOf(part), source: 'mail' });
  }
  const html = (email.html ?? '').slice(0, MOST_LETTERS);
  const text = (email.text ?? '').slice(0, MOST_LETTERS);
  for (const xml of [inlineXml(text), inlineXml(html)]) {
    if (xml !== null) collector.add({ fileName: 'factura.xml', bytes: Buffer.from(xml), source: 'mail' });
  }
  return { documents: collector.all(), links: linksOf({ html, text }) };
}

async function parse(content: Uint8Array): Promise<Email | null> {
  try {
    return await PostalMime.parse(content, LIMITS);
  } catch {
    return null;
  }
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
}

/** A CFDI that stands in the text itself, from its root to its end. */
function inlineXml(text: string): string | null {
  const root = /<(?:\w{1,20}:)?Comprobante[\s>]/.exec(text);
  if (root === null) return null;
  const prefix = root[0].slice(1, -1);
  const close = `</${prefix}>`;
  const end = text.lastIndexOf(close);
  return end < root.index ? null : text.slice(root.index, end + close.length);
}
