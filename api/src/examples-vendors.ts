/** Examples of the vendor directory in the OpenAPI document. */
import type { Vendor } from '@cfdi-live/contract';

export const VENDOR_EXAMPLE: Vendor = {
  id: 'ven_01kaf3x2m4n6p8q0r2s4t6v8w0',
  slug: 'example-market',
  name: 'Example Market',
  sandbox: false,
  platform: null,
  identityScope: 'vendor',
  country: 'MX',
  hosts: ['example.com.mx'],
  portalUrl: 'https://facturacion.example.com.mx/',
  requiresAccount: false,
  reservesTickets: false,
  ticketFields: [
    {
      name: 'folio',
      labels: ['Folio de venta'],
      required: true,
      letters: 'digits',
      minLength: 9,
      maxLength: 9,
      mask: null,
      example: '104233871',
      identity: true,
    },
  ],
  window: {
    opens: { after: 0, unit: 'minutes' },
    closes: { kind: 'end_of_month', months: 0, plusDays: 0, plusHours: 0 },
  },
  delivery: 'download',
  emisorRfcs: [],
  tip: null,
  technology: null,
  notes: [],
  sources: [{ title: 'Preguntas frecuentes', url: 'https://example.com.mx/facturacion', date: '2026-08' }],
  verifiedAt: '2026-08',
  confidence: 0.5,
};
