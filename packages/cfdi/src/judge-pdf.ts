import { pdfFinding, type PdfFinding } from './pdf-findings.ts';

/** 10 MB: no printed representation is larger. */
export const PDF_MAX_BYTES = 10 * 1024 * 1024;

/** What the bytes tell before anybody parses them. No finding: it may be read. */
export function judgePdfBytes(bytes: Uint8Array): readonly PdfFinding[] {
  if (bytes.byteLength > PDF_MAX_BYTES) return [pdfFinding('pdf_too_large', { bytes: bytes.byteLength })];
  const starts = new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === '%PDF';
  return starts ? [] : [pdfFinding('pdf_not_pdf')];
}

const UUID = /[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}/g;

/**
 * Whether the text of a printed representation is that of an invoice. Lines may break a UUID anywhere, so white space
 * does not count; and other UUIDs (of related invoices) may stand beside the right one.
 */
export function judgePdfText(text: string, uuid: string): readonly PdfFinding[] {
  const packed = text.replace(/\s+/g, '').toUpperCase();
  if (packed === '') return [pdfFinding('pdf_without_text')];
  if (packed.includes(uuid.toUpperCase())) return [];
  const [other] = packed.match(UUID) ?? [];
  return [
    other === undefined
      ? pdfFinding('pdf_without_uuid')
      : pdfFinding('pdf_of_another_cfdi', { actual: other }),
  ];
}
