import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { proofFinding, type ProofFinding } from '../proof-findings.ts';
import { stampsOf } from '../read-facts.ts';
import { CFDI_NAMESPACE, type XmlElement } from '../xml/tree.ts';
import { writeXml } from '../xml/write-xml.ts';
import { inBatches } from './batches.ts';
import { describeViolation } from './describe-violation.ts';
import { invoiceSchema, stampSchema } from './schemas.ts';

/** Enough to see what is wrong; a hostile document could have thousands. */
const MOST_FINDINGS = 20;

/**
 * Whether a `Comprobante` and its stamps follow the schema. libxml2 is given what we read, written anew, so the two
 * readers cannot be made to see different documents. Each finding tells where and which rule, and no value.
 */
export function validateSchema(comprobante: XmlElement): readonly ProofFinding[] {
  const batches = inBatches(withoutAddenda(comprobante));
  if (!batches.ok) return [proofFinding('schema_invalid', { where: batches.where, rule: 'too_many' })];
  const found = new Map<string, ProofFinding>();
  for (const violation of violationsOf(batches.documents, stampsOf(comprobante)[0])) {
    const { where, rule } = describeViolation(violation);
    // A value that breaks a facet also breaks its type: the first one says more.
    if (!found.has(where)) found.set(where, proofFinding('schema_invalid', { where, rule }));
  }
  return [...found.values()].slice(0, MOST_FINDINGS);
}

/** The violations of the first part that has any. One stamp will do: a second is refused by the seals' check. */
function violationsOf(documents: Iterable<XmlElement>, stamp: XmlElement | undefined): readonly string[] {
  for (const document of documents) {
    const violations = validate(validators().invoice, document);
    if (violations.length > 0) return violations;
  }
  return stamp === undefined ? [] : validate(validators().stamp, stamp);
}

type Validators = { readonly invoice: XsdValidator; readonly stamp: XsdValidator };

let compiled: Validators | undefined;

/** Compiled on first use and kept for good: they are constants that take a few milliseconds to make. */
function validators(): Validators {
  compiled ??= { invoice: compile(invoiceSchema()), stamp: compile(stampSchema()) };
  return compiled;
}

function compile(schema: string): XsdValidator {
  const document = XmlDocument.fromString(schema);
  try {
    return XsdValidator.fromDoc(document);
  } finally {
    document.dispose();
  }
}

function validate(validator: XsdValidator, element: XmlElement): readonly string[] {
  const document = XmlDocument.fromString(writeXml(element));
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (error instanceof XmlValidateError) return error.details.map(({ message }) => message);
    throw error;
  } finally {
    document.dispose();
  }
}

/** SAT removes it before validating: the emisor may put there what he likes. */
function withoutAddenda(comprobante: XmlElement): XmlElement {
  const children = comprobante.children.filter(
    ({ namespace, name }) => namespace !== CFDI_NAMESPACE || name !== 'Addenda',
  );
  return { ...comprobante, children };
}
