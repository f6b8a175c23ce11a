import { findingsOf, type Finding, type FindingDefinition } from './finding.ts';

/** Everything that can be said about the printed representation. Closed list. */
export const PDF_FINDINGS = {
  /** Does not start with %PDF: a web page, most often. */
  pdf_not_pdf: {
    severity: 'error',
    es: 'El archivo no es un PDF.',
    en: 'The file is not a PDF.',
  },
  /** Above 10 MB. Values: `bytes`. */
  pdf_too_large: {
    severity: 'error',
    es: 'El PDF es demasiado grande.',
    en: 'The PDF is too large.',
  },
  /** Broken, locked, or beyond the caps of time and memory. Values: `reason`. */
  pdf_unreadable: {
    severity: 'error',
    es: 'El PDF no se puede leer.',
    en: 'The PDF cannot be read.',
  },
  /** Its text names another invoice and not this one. Values: `actual`. */
  pdf_of_another_cfdi: {
    severity: 'error',
    es: 'El PDF es de otra factura.',
    en: 'The PDF is of another invoice.',
  },
  /** It has text, and no UUID at all in it. */
  pdf_without_uuid: {
    severity: 'error',
    es: 'El PDF no muestra ningún folio fiscal.',
    en: 'The PDF shows no UUID.',
  },
  /** A picture of an invoice: nothing to compare. */
  pdf_without_text: {
    severity: 'warning',
    es: 'El PDF no tiene texto, por lo que no se comprobó.',
    en: 'The PDF has no text, so it was not checked.',
  },
} as const satisfies Record<string, FindingDefinition>;

export type PdfFindingCode = keyof typeof PDF_FINDINGS;
export type PdfFinding = Finding<PdfFindingCode>;

export const pdfFinding = findingsOf<PdfFindingCode>(PDF_FINDINGS);
