/** Examples of the OpenAPI document: the invoice of the ticket of `examples.ts`. */
import type { Cfdi } from '@cfdi-live/contract';

const IVA = { tax: '002', factor: 'Tasa', rate: '0.160000' };

export const CFDI_EXAMPLE: Cfdi = {
  uuid: '3F2504E0-4F89-41D3-9A0C-0305E82C3301',
  serie: 'A',
  folio: '10293',
  issuedAt: '2026-11-20T12:30:00',
  stampedAt: '2026-11-20T12:30:04',
  emisor: { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' },
  receptor: {
    rfc: 'CACX7605101P8',
    name: 'XOCHILT CASAS CHAVEZ',
    regime: '612',
    postalCode: '36257',
    use: 'G03',
  },
  concepts: [
    {
      productKey: '90101500',
      identifier: null,
      quantity: '1',
      unitKey: 'E48',
      unit: null,
      description: 'Consumo',
      unitPrice: '1000.000000',
      amount: '1000.00',
      discount: null,
      taxes: { transferred: [{ ...IVA, base: '1000.00', amount: '160.00' }], withheld: [] },
    },
  ],
  subtotal: 1000,
  discount: null,
  taxes: {
    transferred: [{ ...IVA, base: 1000, amount: 160 }],
    withheld: [],
    totalTransferred: 160,
    totalWithheld: null,
    local: null,
  },
  total: 1160,
  currency: 'MXN',
  exchangeRate: null,
  paymentForm: '04',
  paymentMethod: 'PUE',
  placeOfIssue: '36257',
  satStatus: 'valid',
  verificationUrl:
    'https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=3F2504E0-4F89-41D3-9A0C-0305E82C3301&re=EKU9003173C9&rr=CACX7605101P8&tt=1160.0&fe=Zk3tqA==',
  findings: [],
  taskId: 'task_01kaf3v6n0e8sb9c1m5r7t2wxy',
  mode: 'live',
  verdict: 'authenticated',
  authenticatedBy: 'trust',
  satCheckedAt: '2026-11-21T18:31:04.000Z',
  accepted: true,
  xmlArtifactId: 'art_01kaf3x2q5w8e1r4t7y0h3k6m9',
  pdfArtifactId: null,
  createdAt: '2026-11-20T18:31:10.000Z',
};
