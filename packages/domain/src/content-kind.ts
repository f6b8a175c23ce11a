/** What a file is, by its bytes: names and types that portals give are often wrong. */
export type ContentKind = 'xml' | 'pdf' | 'zip' | 'html' | 'other';

/** `xml` only when it is well enough formed to begin like a document and is not a web page. */
export function classify(bytes: Uint8Array): ContentKind {
  if (startsWith(bytes, '%PDF-', 1024)) return 'pdf';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05)) return 'zip';
  const head = headText(bytes);
  if (/^<(!doctype\s+html|html|head|body|script|div|table|p|h\d)[\s>]/i.test(head)) return 'html';
  if (/^<\?xml[\s?]/i.test(head)) return /<html[\s>]/i.test(head) ? 'html' : 'xml';
  return /^<(\w+:)?Comprobante[\s>]/.test(head) ? 'xml' : 'other';
}

/** Whether an XML text is (or contains) a CFDI. */
export function looksLikeCfdi(text: string): boolean {
  return /<(\w+:)?Comprobante[\s>]/.test(text);
}

/** PDF readers accept the mark anywhere in the first kilobyte. */
function startsWith(bytes: Uint8Array, mark: string, within: number): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, within)).includes(
    mark,
    0,
    'latin1',
  );
}

function headText(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048));
  const utf16 = head[0] === 0xff && head[1] === 0xfe;
  return head
    .toString(utf16 ? 'utf16le' : 'utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
}
