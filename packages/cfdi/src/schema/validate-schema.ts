import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { proofFinding, type ProofFinding } from '../proof-findings.ts';
import { stampsOf } from '../read-facts.ts';
import { complementIn } from '../known-complements.ts';
import { CFDI_NAMESPACE, STAMP_NAMESPACE, type XmlElement } from '../xml/tree.ts';
import { writeXml } from '../xml/write-xml.ts';
import { complementBatches, inBatches } from './batches.ts';
import { complementSchema } from './complement-schemas.ts';
import { describeViolation, type Violation } from './describe-violation.ts';
import { invoiceSchema, stampSchema } from './schemas.ts';

/** Enough to see what is wrong; a hostile document could have thousands. */
const MOST_FINDINGS = 20;

/**
 * Whether a `Comprobante`, its stamp and the complements that we know follow their schemas. libxml2 is given what we read,
 * written anew, so the two readers cannot be made to see different documents. Each finding tells where and which rule, and
 * no value.
 */
export function validateSchema(comprobante: XmlElement): readonly ProofFinding[] {
  const found = new Map<string, ProofFinding>();
  for (const { where, rule } of violationsOf(withoutAddenda(comprobante))) {
    // A value that breaks a facet also breaks its type: the first one says more.
    if (!found.has(where)) found.set(where, proofFinding('schema_invalid', { where, rule }));
  }
  return [...found.values()].slice(0, MOST_FINDINGS);
}

/** The violations of the first part that has any. One stamp will do: a second is refused by the seals' check. */
function violationsOf(comprobante: XmlElement): readonly Violation[] {
  const invoice = inBatches(comprobante);
  const complements = complementBatches(comprobante);
  for (const part of [invoice, complements]) {
    if (!part.ok) return [{ where: part.where, rule: 'too_many' }];
    for (const document of part.documents) {
      const violations = validate(document);
      if (violations.length > 0) return violations;
    }
  }
  const [stamp] = stampsOf(comprobante);
  return stamp === undefined ? [] : validate(stamp);
}

const compiled = new Map<string, XsdValidator>();

/** Compiled on first use and kept for good: they are constants that take a few milliseconds to make. */
function validatorOf(namespace: string): XsdValidator {
  const known = compiled.get(namespace);
  if (known !== undefined) return known;
  const validator = compile(schemaOf(namespace));
  compiled.set(namespace, validator);
  return validator;
}

function schemaOf(namespace: string): string {
  if (namespace === CFDI_NAMESPACE) return invoiceSchema();
  if (namespace === STAMP_NAMESPACE) return stampSchema();
  const complement = complementIn(namespace);
  if (complement === undefined) throw new RangeError('there is no schema of that namespace');
  return complementSchema(complement);
}

function compile(schema: string): XsdValidator {
  const document = XmlDocument.fromString(schema);
  try {
    return XsdValidator.fromDoc(document);
  } finally {
    document.dispose();
  }
}

function validate(element: XmlElement): readonly Violation[] {
  const validator = validatorOf(element.namespace);
  const document = XmlDocument.fromString(writeXml(element));
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (error instanceof XmlValidateError) {
      return error.details.map(({ message }) => describeViolation(message));
    }
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
