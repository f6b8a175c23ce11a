export { buildCadenaOriginal, buildTfdCadena, type Cadena } from './cadena/build-cadena.ts';
export {
  CFDI_USES,
  FISCAL_REGIMES,
  PAYMENT_FORMS,
  USES_NEVER_ON_A_TICKET,
  type CfdiUse,
  type FiscalRegime,
} from './catalogues.ts';
export type { Expectation } from './checks/expectation.ts';
export type { CfdiFacts, ConceptFacts, StampFacts, TaxFacts, TaxLine } from './facts.ts';
export type { Finding, FindingDefinition, Message, Severity } from './finding.ts';
export { PDF_MAX_BYTES, judgePdfBytes, judgePdfText } from './judge-pdf.ts';
export { MICROS_PER_UNIT, formatAmount, parseAmount, type Micros } from './money.ts';
export { parseCfdi, type ParsedCfdi } from './parse-cfdi.ts';
export {
  PAYMENT_FORM_FINDINGS,
  checkPaymentForm,
  type PaymentFormFinding,
  type PaymentFormFindingCode,
} from './payment-form.ts';
export { PDF_FINDINGS, type PdfFinding, type PdfFindingCode } from './pdf-findings.ts';
export { PROOF_FINDINGS, type ProofFinding, type ProofFindingCode } from './proof-findings.ts';
export { RECEPTOR_FINDINGS, type ReceptorFinding, type ReceptorFindingCode } from './receptor-findings.ts';
export { checkReceptor, checkRfc, withoutCompanyType, type Receptor } from './receptor.ts';
export { parseRfc, rfcCheckDigit, type ParsedRfc, type PersonKind } from './rfc.ts';
export { readSatAnswer, type SatAnswer, type SatStatus } from './sat/answer.ts';
export {
  SAT_HANDOVER_MS,
  SAT_STATUS_URL,
  createSatRegister,
  judgeSatStatus,
  querySatStatus,
  type SatJudgement,
  type SatRegister,
  type SatRegisterOptions,
  type SatReply,
  type SatUnavailable,
} from './sat/query-sat-status.ts';
export { printedExpression, satQuestion, type SatQuestion } from './sat/question.ts';
export { validateSchema } from './schema/validate-schema.ts';
export { readSealCertificate, type SealCertificate } from './seals/certificate.ts';
export { NO_TRUST, type Trust } from './seals/trust.ts';
export { verifySeals } from './seals/verify-seals.ts';
export { verificationUrl } from './verification-url.ts';
export { verifyCfdi, type StampedCfdiFacts, type Verification } from './verify-cfdi.ts';
export { XML_LIMITS, parseXml, type ParsedXml, type XmlRefusalReason } from './xml/parse-xml.ts';
export {
  CFDI_NAMESPACE,
  STAMP_NAMESPACE,
  childrenNamed,
  elementsAt,
  type QualifiedAttribute,
  type XmlElement,
} from './xml/tree.ts';
