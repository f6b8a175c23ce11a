export { checkPdf, type PdfCaps, type PdfCheck } from './check-pdf.ts';
export { TrustFolderError, loadTrust, type TrustFolders } from './load-trust.ts';
