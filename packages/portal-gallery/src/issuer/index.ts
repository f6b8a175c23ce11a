export {
  certificateDer,
  issueCertificate,
  type CertificateRequest,
  type IssuedCertificate,
} from './certificate.ts';
export { draftCfdi, splitIva, type CfdiRequest, type Concept } from './draft-cfdi.ts';
export { issueCfdi, sealAndStamp, type IssuedCfdi, type Signing } from './issue-cfdi.ts';
export { mexicoCityTime } from './mexico-time.ts';
export { renderPdf } from './render-pdf.ts';
export {
  createTestPki,
  openTestPki,
  restoreTestPki,
  type ExportedTrust,
  type TestPki,
  type TestPkiState,
} from './test-pki.ts';
export { writeXml, type XmlNode } from './xml-writer.ts';
