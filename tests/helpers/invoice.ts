/** An invoice as a proof reads it, for tests that store one without a portal. */
import type { CfdiFacts } from '@cfdi-live/cfdi';
import { newUuid, type TaskCfdi } from '@cfdi-live/contract';
import { describeInvoice, type NewCfdi, type StampedFacts } from '@cfdi-live/domain';

const RECEPTOR: CfdiFacts['receptor'] = {
  rfc: 'CACX7605101P8',
  name: 'XOCHILT CASAS CHAVEZ',
  postalCode: '36257',
  regime: '612',
  use: 'G03',
};
const IVA = { tax: '002', factor: 'Tasa', rate: '0.160000' };
const ISR = { tax: '001', factor: 'Tasa', rate: '0.012500' };

/** A lunch of two lines, with IVA on top and ISR withheld. */
export function stampedFacts(overrides: Partial<StampedFacts> = {}): StampedFacts {
  return {
    serie: 'A',
    folio: '10293',
    issuedAt: '2026-11-20T12:30:00',
    type: 'I',
    emisor: { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' },
    receptor: RECEPTOR,
    concepts: [
      concept({ description: 'Comida', quantity: '1.5', unitPrice: '400.000000', amount: '600.00' }),
      concept({ description: 'Bebida', quantity: '3', unitPrice: '133.333333', amount: '400.00' }),
    ],
    subtotal: '1000.00',
    discount: undefined,
    taxes: {
      transferred: [{ ...IVA, base: '1000.00', amount: '160.00' }],
      withheld: [{ tax: '001', base: undefined, factor: undefined, rate: undefined, amount: '12.50' }],
      totalTransferred: '160.00',
      totalWithheld: '12.50',
    },
    localTaxes: undefined,
    total: '1147.50',
    currency: 'MXN',
    exchangeRate: undefined,
    paymentForm: '04',
    paymentMethod: 'PUE',
    place: '36257',
    isGlobal: false,
    certificateNumber: '30001000000500003416',
    seal: 'c2VsbG8gZGUgcHJ1ZWJhIGRlIHVuIGVtaXNvcg==',
    stamp: {
      uuid: newUuid().toUpperCase(),
      stampedAt: '2026-11-20T12:30:04',
      pacRfc: 'SPR190613I52',
      certificateNumber: '30001000000500003456',
      cfdiSeal: 'c2VsbG8gZGUgcHJ1ZWJhIGRlIHVuIGVtaXNvcg==',
      seal: 'c2VsbG8gZGVsIFNBVA==',
    },
    ...overrides,
  };
}

function concept(
  line: Pick<CfdiFacts['concepts'][number], 'description' | 'quantity' | 'unitPrice' | 'amount'>,
): CfdiFacts['concepts'][number] {
  return {
    productKey: '90101500',
    identifier: undefined,
    unitKey: 'E48',
    unit: undefined,
    discount: undefined,
    taxes: {
      transferred: [{ ...IVA, base: line.amount, amount: undefined }],
      withheld: [{ ...ISR, base: line.amount, amount: undefined }],
    },
    ...line,
  };
}

/** An accepted invoice of a task. */
export function newCfdi(
  taskId: string,
  overrides: Partial<NewCfdi> & { facts?: StampedFacts } = {},
): NewCfdi {
  const facts = overrides.facts ?? stampedFacts();
  return {
    uuid: facts.stamp.uuid,
    taskId,
    xmlArtifactId: newUuid(),
    pdfArtifactId: null,
    verdict: 'authenticated',
    accepted: true,
    findings: [],
    recovered: false,
    satCheckAt: null,
    ...overrides,
    facts,
  };
}

/** The same, as a completed task shows it. */
export function taskCfdi(facts = stampedFacts()): TaskCfdi {
  return {
    ...describeInvoice(facts, { findings: [], satStatus: null }),
    emisorRfc: facts.emisor.rfc,
    emisorName: facts.emisor.name,
    receptorRfc: facts.receptor.rfc,
    verdict: 'authenticated',
    authenticatedBy: 'trust',
    recovered: false,
    xmlArtifactId: newUuid(),
    pdfArtifactId: null,
  };
}
