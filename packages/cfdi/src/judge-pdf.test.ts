import { describe, expect, it } from 'vitest';
import { PDF_MAX_BYTES, judgePdfBytes, judgePdfText } from './judge-pdf.ts';

const uuid = 'CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC';
const other = '11111111-2222-4333-8444-555555555555';

describe('judgePdfBytes', () => {
  it.each([
    ['a PDF', Buffer.from('%PDF-1.7'), []],
    ['a web page', Buffer.from('<!doctype html>'), ['pdf_not_pdf']],
    ['nothing', Buffer.alloc(0), ['pdf_not_pdf']],
    ['too much', Buffer.alloc(PDF_MAX_BYTES + 1), ['pdf_too_large']],
  ])('judges %s', (_, bytes, codes) => {
    expect(judgePdfBytes(bytes).map(({ code }) => code)).toEqual(codes);
  });
});

describe('judgePdfText', () => {
  it.each([
    ['its UUID', `Folio fiscal: ${uuid}`, []],
    ['its UUID in lower case', `Folio fiscal: ${uuid.toLowerCase()}`, []],
    ['its UUID over two lines', 'CEE4BE01-ADFA-4DEB-\n8421-ADD60F0BEDAC', []],
    ['its UUID and a related one', `Sustituye a ${other}. Folio fiscal ${uuid}`, []],
    ['another UUID', `Folio fiscal: ${other}`, ['pdf_of_another_cfdi']],
    ['no UUID', 'Su factura está en proceso', ['pdf_without_uuid']],
    ['no text', ' \n ', ['pdf_without_text']],
  ])('judges a text with %s', (_, text, codes) => {
    expect(judgePdfText(text, uuid).map(({ code }) => code)).toEqual(codes);
  });
});
