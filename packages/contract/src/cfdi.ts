/**
 * An invoice as data. Amounts of the whole invoice are JSON numbers in its currency; what may have up to six decimals (quantities,
 * unit prices, amounts of a line, rates) stands as the decimal text of the document, so that nothing is rounded.
 */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, listQuerySchema, modeSchema, orNull, timestampSchema } from './common.ts';

const money = z.number().meta({ description: "In the invoice's currency.", examples: [1160] });
const decimal = z.string().meta({
  description: 'Decimal text as the document writes it, up to six decimals.',
  examples: ['1.000000'],
});

const partySchema = z.object({
  rfc: z.string(),
  name: z.string(),
  regime: z.string().meta({ description: 'SAT c_RegimenFiscal.' }),
});

const lineTaxSchema = z.object({
  tax: z.string().meta({ description: 'SAT c_Impuesto: 001 ISR, 002 IVA, 003 IEPS.', examples: ['002'] }),
  factor: z.string().nullable().meta({ description: 'Tasa, Cuota or Exento.' }),
  rate: decimal.nullable(),
  base: decimal.nullable(),
  amount: decimal.nullable().meta({ description: 'Null where exempt.' }),
});

export const cfdiConceptSchema = z
  .object({
    productKey: z.string().meta({ description: 'SAT c_ClaveProdServ.' }),
    identifier: z.string().nullable().meta({ description: "NoIdentificacion: the vendor's own code of it." }),
    quantity: decimal,
    unitKey: z.string().meta({ description: 'SAT c_ClaveUnidad.' }),
    unit: z.string().nullable().meta({ description: "The unit in the vendor's words." }),
    description: z.string().meta({ description: 'What was bought.' }),
    unitPrice: decimal,
    amount: decimal,
    discount: decimal.nullable(),
    taxes: z
      .object({ transferred: z.array(lineTaxSchema), withheld: z.array(lineTaxSchema) })
      .meta({ description: 'Of this line: paid on top, and kept back.' }),
  })
  .meta({ id: 'CfdiConcept', description: 'One line of an invoice.' });

const rateTaxSchema = z.object({
  tax: z.string().meta({ description: 'SAT c_Impuesto: 001 ISR, 002 IVA, 003 IEPS.', examples: ['002'] }),
  factor: z.string().nullable().meta({ description: 'Tasa, Cuota or Exento.' }),
  rate: decimal.nullable().meta({
    description: 'Null where exempt, or where lines of different rates are withheld as one.',
    examples: ['0.160000'],
  }),
  base: money.nullable(),
  amount: money.nullable().meta({ description: 'Null where exempt.' }),
});

export const cfdiTaxesSchema = z
  .object({
    transferred: z.array(rateTaxSchema).meta({ description: 'Paid on top, by rate.' }),
    withheld: z.array(rateTaxSchema).meta({ description: 'Kept back by the payer.' }),
    totalTransferred: money.nullable(),
    totalWithheld: money.nullable(),
    local: orNull(z.object({ transferred: money, withheld: money })).meta({
      description: 'Totals of state and municipal taxes; they count into the total.',
    }),
  })
  .meta({ id: 'CfdiTaxes', description: 'Taxes of the whole invoice, by rate.' });

export const cfdiFindingSchema = z
  .object({
    code: z.string().meta({ description: 'Of the proof, stable.' }),
    severity: z.enum(['error', 'warning']).meta({ description: 'An error refuses the invoice.' }),
    message: z
      .object({ es: z.string(), en: z.string() })
      .meta({ description: 'For people, in both languages.' }),
    values: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .meta({ description: 'What was compared, by name.' }),
  })
  .meta({
    id: 'CfdiFinding',
    description: 'One thing that the proof found. An error refuses, a warning does not.',
  });

export const SAT_STATUSES = ['valid', 'cancelled', 'not_found'] as const;
export type SatRegisterStatus = (typeof SAT_STATUSES)[number];

/** What an invoice says and what was found out about it, wherever it is shown. */
export const invoiceShape = {
  uuid: z.string().meta({ description: 'Folio fiscal, upper case.' }),
  serie: z.string().nullable().meta({ description: "The vendor's series of invoices." }),
  folio: z.string().nullable().meta({ description: "The vendor's number of it." }),
  issuedAt: z.string().meta({
    description: 'Fecha: local time of its place of issue, no zone.',
    examples: ['2026-11-20T12:30:00'],
  }),
  stampedAt: z.string().meta({ description: 'FechaTimbrado: central Mexican time, no zone.' }),
  emisor: partySchema.meta({ description: 'Who issued it.' }),
  receptor: partySchema
    .extend({
      postalCode: z.string(),
      use: z.string().meta({ description: 'SAT c_UsoCFDI.' }),
    })
    .meta({ description: 'Whom it is made out to.' }),
  concepts: z.array(cfdiConceptSchema),
  subtotal: money,
  discount: money.nullable(),
  taxes: cfdiTaxesSchema,
  total: money,
  currency: z.string().meta({ description: 'ISO 4217.', examples: ['MXN'] }),
  exchangeRate: decimal.nullable(),
  paymentForm: z
    .string()
    .nullable()
    .meta({ description: 'SAT c_FormaPago.', examples: ['04'] }),
  paymentMethod: z
    .string()
    .nullable()
    .meta({ description: 'PUE: paid at once; PPD: later.', examples: ['PUE'] }),
  placeOfIssue: z.string().meta({ description: 'LugarExpedicion: a postal code.' }),
  satStatus: z
    .enum(SAT_STATUSES)
    .nullable()
    .meta({ description: "What SAT's register says; null until it was asked." }),
  verificationUrl: z.string().meta({ description: 'Where SAT tells anybody the state of this invoice.' }),
  findings: z.array(cfdiFindingSchema).meta({ description: 'What the proof has to say.' }),
};

/** Who says that an invoice is genuine. */
export const authenticatedBySchema = z.enum(['trust', 'sat']).nullable().meta({
  description:
    "Who says that it is genuine: `trust`, certificates of SAT's authorities; `sat`, SAT's register. Null: nobody yet.",
});

const invoiceSchema = z.object(invoiceShape);
/** What an invoice says, without where it came from. */
export type Invoice = z.infer<typeof invoiceSchema>;

export const cfdiSchema = invoiceSchema
  .extend({
    taskId: idSchema('task').meta({ description: 'The task that brought it; it may be gone by now.' }),
    mode: modeSchema,
    verdict: z
      .enum(['authenticated', 'consistent_not_authenticated', 'rejected'])
      .meta({ description: 'What the proof came to.' }),
    authenticatedBy: authenticatedBySchema,
    satCheckedAt: orNull(timestampSchema).meta({ description: "When SAT's register last answered." }),
    accepted: z.boolean().meta({ description: "Whether it counts as its ticket's invoice." }),
    xmlArtifactId: idSchema('artifact'),
    pdfArtifactId: orNull(idSchema('artifact')),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Cfdi', description: 'An invoice as data, with the verdict of its proof.' });
export type Cfdi = z.infer<typeof cfdiSchema>;
export const cfdiListSchema = listOf('CfdiList', cfdiSchema);

/** A UUID as CFDIs have it: any version, any case. */
export const cfdiUuidSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
  .meta({ description: 'Folio fiscal, in any case.', examples: ['3F2504E0-4F89-41D3-9A0C-0305E82C3301'] });

const issuedSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]);

export const cfdiListQuerySchema = listQuerySchema.extend({
  uuid: cfdiUuidSchema.optional(),
  issuedAfter: issuedSchema.optional().meta({
    description:
      'Fecha after this: a date or date-time as invoices have it, without zone; one with a zone is read as central Mexican time.',
    examples: ['2026-11-01'],
  }),
  issuedBefore: issuedSchema.optional().meta({ description: 'Fecha before this.' }),
  emisorRfc: z
    .string()
    .min(12)
    .max(20)
    .optional()
    .meta({ description: 'Only invoices that this RFC issued.' }),
  receptorRfc: z
    .string()
    .min(12)
    .max(20)
    .optional()
    .meta({ description: 'Only invoices made out to this RFC.' }),
  taskId: idSchema('task').optional(),
  accepted: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: "`false`: the documents that were kept, but are not their ticket's invoice." }),
});
export type CfdiListQuery = z.infer<typeof cfdiListQuerySchema>;
