export { checkPdf, type PdfCaps, type PdfCheck } from './check-pdf.ts';
export { TrustFolderError, loadTrust, type TrustFolders } from './load-trust.ts';
export {
  createPacResolver,
  satCertificateUrl,
  type CompleteTrust,
  type PacResolverOptions,
} from './pac-certificates.ts';
