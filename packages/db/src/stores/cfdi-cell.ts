import type { Cell } from '../crypto/tenant-keys.ts';

/** Where an encrypted value of `cfdi_documents` lies; `rowId` is the row's, not the folio fiscal. */
export function cfdiCell(rowId: string, column: 'facts' | 'findings'): Cell {
  return { table: 'cfdi_documents', column, rowId };
}
