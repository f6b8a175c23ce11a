/** The directory of vendors: what is known of a portal, from where, and how sure it is. Unknown is null, never a guess. */
import { z } from 'zod';
import { listOf, listQuerySchema, orNull, timestampSchema } from './common.ts';
import { idSchema } from './ids.ts';

/** A sentence for the person with the ticket, in both languages. */
export const bilingualSchema = z.object({ es: z.string(), en: z.string() }).meta({ id: 'Bilingual' });
export type Bilingual = z.infer<typeof bilingualSchema>;

/** A key of `ticketData`, or `extra.<name>` for a value that has none of its own. */
const TICKET_FIELD = /^(amount|date|folio|branch|webId|barcode|paymentForm|extra\.[a-z0-9_]{1,40})$/;

/** One value that a portal asks from the ticket. Lengths are counted without spaces and separators. */
export const vendorTicketFieldSchema = z
  .object({
    name: z
      .string()
      .regex(TICKET_FIELD)
      .meta({ description: 'Where it stands in `ticketData`.', examples: ['folio', 'extra.caja'] }),
    labels: z.array(z.string()).meta({ description: 'What paper and portal call it.' }),
    required: orNull(z.boolean()).meta({
      description: 'Whether the portal goes on without it; null: unknown.',
    }),
    letters: orNull(z.enum(['digits', 'alphanumeric'])).meta({
      description: 'What it is made of; null: unknown.',
    }),
    minLength: orNull(z.int().min(1)).meta({ description: 'Without spaces and separators.' }),
    maxLength: orNull(z.int().min(1)).meta({ description: 'Without spaces and separators.' }),
    mask: orNull(z.string().max(100)).meta({
      description: 'As it is printed: `9` a digit, `A` a letter, `X` either; everything else as it is.',
    }),
    example: orNull(z.string()).meta({ description: 'A value as a ticket prints it.' }),
    identity: z
      .boolean()
      .meta({ description: 'Whether it tells this ticket from every other of the vendor.' }),
  })
  .meta({ id: 'VendorTicketField' });
export type VendorTicketField = z.infer<typeof vendorTicketFieldSchema>;

const count = z.int().min(0).max(1000);

/** When a ticket can be invoiced first. Minutes and hours run from the purchase; days are local calendar days. */
export const windowOpensSchema = z
  .object({
    after: count.meta({ description: 'How many units after the purchase.' }),
    unit: z
      .enum(['minutes', 'hours', 'days', 'business_days'])
      .meta({ description: 'Days are local calendar days.' }),
  })
  .meta({ id: 'WindowOpens', description: 'When a ticket can be invoiced first.' });
export type WindowOpens = z.infer<typeof windowOpensSchema>;

/** Until when. Rules in days and months close at the end of their last day, local time. */
export const windowClosesSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('hours_after'), hours: count }),
    z.object({ kind: z.literal('days_after'), days: count }),
    z.object({ kind: z.literal('business_days_after'), days: count }),
    z
      .object({
        kind: z.literal('end_of_month'),
        months: z.int().min(0).max(12),
        plusDays: count,
        plusHours: count,
      })
      .meta({ description: 'End of the month of the purchase (`months` 0) or a later one, and some more.' }),
    z.object({ kind: z.literal('day_of_next_month'), day: z.int().min(1).max(28) }),
  ])
  .meta({ id: 'WindowCloses' });
export type WindowCloses = z.infer<typeof windowClosesSchema>;

export const vendorWindowSchema = z
  .object({
    opens: orNull(windowOpensSchema).meta({ description: 'Null: unknown.' }),
    closes: orNull(windowClosesSchema).meta({ description: 'Null: unknown.' }),
  })
  .meta({ id: 'VendorWindow', description: 'When a ticket can be invoiced.' });
export type VendorWindow = z.infer<typeof vendorWindowSchema>;

/** Where an entry comes from. `date` is as exact as the source: a year, a month or a day. */
export const vendorSourceSchema = z
  .object({
    title: z.string(),
    url: orNull(z.url()),
    date: orNull(z.string().regex(/^\d{4}(-\d{2}){0,2}$/)).meta({
      description: 'As exact as the source: a year, a month or a day.',
    }),
  })
  .meta({ id: 'VendorSource', description: 'Where what is said of a vendor comes from.' });

const tipRuleSchema = z
  .object({
    below: z.number().min(0).max(1).meta({ description: 'The invoice leaves out as much of the ticket.' }),
    above: z.number().min(0).max(1).meta({ description: 'The invoice has as much more than the ticket.' }),
  })
  .meta({ id: 'TipRule', description: "At most, as shares of the ticket's amount." });

export const vendorSchema = z
  .object({
    id: idSchema('vendor'),
    slug: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .meta({ description: 'A name for addresses and code, stable.' }),
    name: z.string(),
    sandbox: z.boolean().meta({ description: 'Whether it is one of the simulated portals for test keys.' }),
    platform: orNull(z.object({ id: z.string(), name: z.string() })).meta({
      description: 'The system behind the portal: it serves many vendors alike.',
    }),
    country: z.string().length(2).meta({ description: 'ISO 3166-1.' }),
    hosts: z
      .array(z.string())
      .meta({ description: 'Hosts of the portal, with what lies below them; `host:port` is exact.' }),
    portalUrl: orNull(z.url()).meta({ description: 'Where a person would begin. Tasks need it.' }),
    requiresAccount: orNull(z.boolean()).meta({
      description: 'Whether nobody gets in without a login; null: unknown.',
    }),
    reservesTickets: orNull(z.boolean()).meta({
      description:
        'Whether checking a ticket reserves it for that browser session for a while, so that another one is refused; null: unknown.',
    }),
    ticketFields: orNull(z.array(vendorTicketFieldSchema)).meta({
      description: 'What it asks from a ticket; null: unknown.',
    }),
    identityScope: z.enum(['platform', 'vendor']).meta({
      description:
        'Whether the identity fields tell tickets apart over the whole platform, or at this vendor.',
    }),
    window: vendorWindowSchema,
    delivery: orNull(z.enum(['download', 'mail', 'both'])).meta({
      description: 'How the documents reach us; null: unknown.',
    }),
    emisorRfcs: z
      .array(z.string())
      .meta({ description: 'RFCs under which it issues. Empty: unknown, which is a warning in the proof.' }),
    tip: orNull(tipRuleSchema).meta({
      description: "Where its invoices differ from its tickets by a tip; null: they don't.",
    }),
    technology: orNull(z.string()).meta({ description: 'What the portal is made with, where it shows.' }),
    notes: z.array(bilingualSchema).meta({ description: 'What a person with a ticket should know.' }),
    sources: z.array(vendorSourceSchema).meta({ description: 'Where this comes from.' }),
    verifiedAt: orNull(z.string()).meta({ description: 'Date of the newest source, as exact as it is.' }),
    confidence: z.number().min(0).max(1).meta({
      description:
        'Below 0.5 an entry may warn, and refuses nothing. Above 0.5: runs of ours have proven it.',
    }),
  })
  .meta({ id: 'Vendor' });
export type Vendor = z.infer<typeof vendorSchema>;
export const vendorListSchema = listOf('VendorList', vendorSchema);

export const vendorListQuerySchema = listQuerySchema.extend({
  q: z.string().min(1).max(100).optional().meta({ description: 'A part of the name, accents or not.' }),
  platform: z.string().min(1).max(100).optional().meta({ description: 'Id of a platform.' }),
});
export type VendorListQuery = z.infer<typeof vendorListQuerySchema>;

export const resolveVendorQuerySchema = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ description: 'Any address of the portal.', examples: ['https://facturacion.example.com.mx/'] }),
  date: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .optional()
    .meta({ description: 'Date of a purchase, to have its window computed.', examples: ['2026-11-20'] }),
});

/** What can be said of a portal before a task is made. */
export const vendorResolutionSchema = z
  .object({
    host: z.string().meta({ description: 'The registrable domain, or the host where it has none.' }),
    vendor: orNull(vendorSchema).meta({
      description: 'Null: no vendor is known at this address. A task may be tried all the same.',
    }),
    ticketWindow: orNull(
      z.object({ opensAt: orNull(timestampSchema), closesAt: orNull(timestampSchema) }),
    ).meta({ description: 'For the `date` that was given; null without one, or without a known vendor.' }),
    recipeHealth: orNull(z.enum(['healthy', 'failing'])).meta({
      description: 'Null: no recipe has been learnt for this portal.',
    }),
    success: orNull(
      z.object({
        days: z.int(),
        tasks: z.int().meta({ description: 'Tasks made at this vendor in these days that have ended.' }),
        rate: orNull(z.number()).meta({ description: 'Share of them that COMPLETED; null below 5 tasks.' }),
      }),
    ).meta({
      description: "Of this tenant's own tasks in this mode, nobody else's; null without a known vendor.",
    }),
  })
  .meta({ id: 'VendorResolution' });
export type VendorResolution = z.infer<typeof vendorResolutionSchema>;
