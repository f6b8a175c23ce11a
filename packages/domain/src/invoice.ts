/** An invoice's facts as the wire tells them. */
import {
  MICROS_PER_UNIT,
  formatAmount,
  parseAmount,
  verificationUrl,
  type Finding,
  type TaxLine,
} from '@cfdi-live/cfdi';
import { encodeId, type Invoice, type SatRegisterStatus, type TaskCfdi } from '@cfdi-live/contract';
import type { AuthenticatedBy, NewCfdi, StampedFacts } from './ports-cfdis.ts';

/** Everything that an invoice says, and what is known about it. */
export function describeInvoice(
  facts: StampedFacts,
  about: { findings: readonly Finding<string>[]; satStatus: SatRegisterStatus | null },
): Invoice {
  const { emisor, receptor, stamp } = facts;
  return {
    uuid: stamp.uuid,
    serie: facts.serie ?? null,
    folio: facts.folio ?? null,
    issuedAt: facts.issuedAt,
    stampedAt: stamp.stampedAt,
    emisor: { rfc: emisor.rfc, name: emisor.name, regime: emisor.regime },
    receptor: {
      rfc: receptor.rfc,
      name: receptor.name,
      regime: receptor.regime,
      postalCode: receptor.postalCode,
      use: receptor.use,
    },
    concepts: facts.concepts.map(describeConcept),
    subtotal: Number(facts.subtotal),
    discount: moneyOrNull(facts.discount),
    taxes: describeTaxes(facts),
    total: Number(facts.total),
    currency: facts.currency,
    exchangeRate: facts.exchangeRate ?? null,
    paymentForm: facts.paymentForm ?? null,
    paymentMethod: facts.paymentMethod ?? null,
    placeOfIssue: facts.place,
    satStatus: about.satStatus,
    verificationUrl: verificationUrl(facts),
    findings: about.findings.map(({ code, severity, message, values }) => ({
      code,
      severity,
      message: { es: message.es, en: message.en },
      values: { ...values },
    })),
  };
}

/** The same as the task that it completes shows it. */
export function describeTaskCfdi(
  cfdi: Pick<NewCfdi, 'facts' | 'findings' | 'recovered' | 'xmlArtifactId' | 'pdfArtifactId'> & {
    authenticatedBy: AuthenticatedBy | null;
    satStatus: SatRegisterStatus | null;
  },
): TaskCfdi {
  const { facts } = cfdi;
  return {
    ...describeInvoice(facts, cfdi),
    emisorRfc: facts.emisor.rfc,
    emisorName: facts.emisor.name,
    receptorRfc: facts.receptor.rfc,
    verdict: cfdi.authenticatedBy === null ? 'consistent_not_authenticated' : 'authenticated',
    authenticatedBy: cfdi.authenticatedBy,
    recovered: cfdi.recovered,
    xmlArtifactId: encodeId('artifact', cfdi.xmlArtifactId),
    pdfArtifactId: cfdi.pdfArtifactId === null ? null : encodeId('artifact', cfdi.pdfArtifactId),
  };
}

function describeConcept(concept: StampedFacts['concepts'][number]): Invoice['concepts'][number] {
  return {
    productKey: concept.productKey,
    identifier: concept.identifier ?? null,
    quantity: concept.quantity,
    unitKey: concept.unitKey,
    unit: concept.unit ?? null,
    description: concept.description,
    unitPrice: concept.unitPrice,
    amount: concept.amount,
    discount: concept.discount ?? null,
    taxes: {
      transferred: concept.taxes.transferred.map(describeLineTax),
      withheld: concept.taxes.withheld.map(describeLineTax),
    },
  };
}

function describeLineTax(line: TaxLine): Invoice['concepts'][number]['taxes']['transferred'][number] {
  return {
    tax: line.tax,
    factor: line.factor ?? null,
    rate: line.rate ?? null,
    base: line.base ?? null,
    amount: line.amount ?? null,
  };
}

type RateTax = Invoice['taxes']['transferred'][number];

function describeTaxes({ taxes, localTaxes, concepts }: StampedFacts): Invoice['taxes'] {
  const withheldOnLines = concepts.flatMap((concept) => concept.taxes.withheld);
  return {
    transferred: taxes.transferred.map(describeRateTax),
    withheld: taxes.withheld.map((line) => withRateOfLines(describeRateTax(line), withheldOnLines)),
    totalTransferred: moneyOrNull(taxes.totalTransferred),
    totalWithheld: moneyOrNull(taxes.totalWithheld),
    local:
      localTaxes === undefined
        ? null
        : { transferred: Number(localTaxes.transferred), withheld: Number(localTaxes.withheld) },
  };
}

function describeRateTax(line: TaxLine): RateTax {
  return {
    tax: line.tax,
    factor: line.factor ?? null,
    rate: line.rate ?? null,
    base: moneyOrNull(line.base),
    amount: moneyOrNull(line.amount),
  };
}

/** An invoice sums what is withheld by tax alone; where all its lines have one rate, that is the rate of the sum. */
function withRateOfLines(sum: RateTax, lines: readonly TaxLine[]): RateTax {
  const same = lines.filter(({ tax }) => tax === sum.tax);
  const [first, ...others] = same;
  if (
    first === undefined ||
    others.some(({ factor, rate }) => factor !== first.factor || rate !== first.rate)
  )
    return sum;
  const base = same.reduce((total, line) => total + (parseAmount(line.base ?? '0') ?? 0n), 0n);
  return {
    ...sum,
    factor: first.factor ?? null,
    rate: first.rate ?? null,
    base: Number(formatAmount(roundToCents(base))),
  };
}

const CENT = MICROS_PER_UNIT / 100n;

function roundToCents(micros: bigint): bigint {
  return ((micros + CENT / 2n) / CENT) * CENT;
}

function moneyOrNull(amount: string | undefined): number | null {
  return amount === undefined ? null : Number(amount);
}
