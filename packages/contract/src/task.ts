/** A task: one attempt to obtain the CFDI of one ticket for one profile, over its whole life. */
import { z } from 'zod';
import { authenticatedBySchema, invoiceShape } from './cfdi.ts';
import { idSchema } from './ids.ts';
import {
  amountSchema,
  listOf,
  listQuerySchema,
  metadataSchema,
  modeSchema,
  orNull,
  repeatable,
  textSchema,
  timestampSchema,
} from './common.ts';
import { FAILURE_CODES, failureSchema } from './failures.ts';
import { controlSchema, interventionSchema } from './parking.ts';
import { profileInputSchema } from './profile.ts';
import { bilingualSchema } from './vendor.ts';

export const TASK_STATUSES = [
  'PENDING',
  'QUEUED',
  'RUNNING',
  'PAUSED',
  'INTERVENTION_NEEDED',
  'AWAITING_DELIVERY',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;
export const taskStatusSchema = z.enum(TASK_STATUSES).meta({
  id: 'TaskStatus',
  description: 'Where the task stands. `COMPLETED`, `FAILED` and `CANCELLED` are final.',
});
export type TaskStatus = z.infer<typeof taskStatusSchema>;

/** `2026-11-20` (local Mexican date) or a date-time with offset. */
const ticketDateSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).meta({
  description: 'Date of the purchase: a local Mexican date, or a date-time.',
  examples: ['2026-11-20'],
});

/** The purchase's paper values. */
export const ticketDataSchema = z
  .strictObject({
    amount: amountSchema,
    date: ticketDateSchema,
    concept: textSchema(300).optional().meta({ description: 'What was bought, in your words.' }),
    folio: textSchema(100).optional().meta({ description: "The ticket's number, as printed." }),
    branch: textSchema(100)
      .optional()
      .meta({ description: 'Branch or station, as printed: a number or a name.' }),
    webId: textSchema(100)
      .optional()
      .meta({ description: 'The code that a ticket prints for invoicing on the web.' }),
    barcode: textSchema(100).optional().meta({ description: 'The digits under the bar code.' }),
    paymentForm: z
      .string()
      .regex(/^\d{2}$/)
      .optional()
      .meta({ description: 'SAT c_FormaPago.', examples: ['04'] }),
    extra: z
      .record(z.string().min(1).max(60), textSchema(200))
      .refine((value) => Object.keys(value).length <= 20, { error: 'at most 20 keys' })
      .optional()
      .meta({
        description: 'Further values of this ticket, by the label printed on it.',
        examples: [{ caja: '3' }],
      }),
  })
  .meta({ id: 'TicketData', description: "The purchase's paper values." });
export type TicketData = z.infer<typeof ticketDataSchema>;

export const taskOptionsSchema = z
  .strictObject({
    maxSteps: z.int().min(1).max(200).optional().meta({ description: 'Budget of actions of one run.' }),
    maxCostUsd: z
      .number()
      .min(0)
      .max(20)
      .optional()
      .meta({ description: 'Budget of language models over the whole task; 0 means none are asked.' }),
    timeoutSeconds: z
      .int()
      .min(10)
      .max(600)
      .optional()
      .meta({ description: 'Budget of one run; default 180.' }),
    interventionTimeoutSeconds: z
      .int()
      .min(60)
      .max(259_200)
      .optional()
      .meta({ description: 'How long a task waits for a person before it fails.' }),
    intervention: z
      .enum(['wait', 'fail'])
      .default('wait')
      .meta({ description: 'Where only a person can go on: wait for one, or fail.' }),
    decide: z
      .enum(['auto', 'recipe', 'form', 'llm'])
      .default('auto')
      .meta({ description: 'Who decides the steps; `auto` asks the cheapest first.' }),
  })
  .meta({ id: 'TaskOptions', description: 'Limits of the work, and what to do where a person is needed.' });
export type TaskOptions = z.infer<typeof taskOptionsSchema>;

export const createTaskSchema = z
  .strictObject({
    externalId: textSchema(200).optional().meta({ description: 'Your own id, unique per tenant and mode.' }),
    vendorUrl: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .meta({
        description: "The portal's address. May be left out where `vendorId` is given.",
        examples: ['https://facturacion.example.com.mx/'],
      }),
    vendorId: idSchema('vendor').optional().meta({ description: 'A vendor of the directory.' }),
    ticketData: ticketDataSchema,
    profileId: idSchema('profile')
      .optional()
      .meta({ description: 'A stored profile. Either this or `profile`.' }),
    profile: profileInputSchema.optional(),
    credentialId: idSchema('credential')
      .optional()
      .meta({ description: "The profile's login for this vendor, where the portal asks for one." }),
    cfdiUse: z
      .string()
      .regex(/^[A-Z]{1,2}\d{2}$/)
      .optional()
      .meta({ description: "SAT c_UsoCFDI for this invoice, instead of the profile's.", examples: ['G03'] }),
    priority: z.int().min(1).max(10).default(5).meta({ description: '10 first.' }),
    scheduledFor: timestampSchema.optional().meta({ description: 'Not before this time. ISO 8601, UTC.' }),
    deadline: timestampSchema
      .optional()
      .meta({ description: 'After this time there is no use in it any more. ISO 8601, UTC.' }),
    metadata: metadataSchema.optional(),
    options: taskOptionsSchema.optional(),
  })
  .refine((value) => (value.profileId === undefined) !== (value.profile === undefined), {
    error: 'give either profileId or profile',
    path: ['profileId'],
  })
  .refine((value) => value.vendorUrl !== undefined || value.vendorId !== undefined, {
    error: 'give vendorUrl, vendorId or both',
    path: ['vendorUrl'],
  })
  .meta({ id: 'CreateTask' });
export type CreateTask = z.infer<typeof createTaskSchema>;

/** What a retry does otherwise than the task before; what is left out stays. */
export const retryTaskSchema = z
  .strictObject({
    ticketData: ticketDataSchema
      .optional()
      .meta({ description: "The ticket's values, corrected. All of them: nothing is merged." }),
    profileId: idSchema('profile').optional().meta({
      description: 'A profile as it stands now. Left out: the values that the task before was made with.',
    }),
    profile: profileInputSchema.optional(),
  })
  .refine((value) => value.profileId === undefined || value.profile === undefined, {
    error: 'give profileId, profile or neither',
    path: ['profileId'],
  })
  .meta({ id: 'RetryTask' });
export type RetryTask = z.infer<typeof retryTaskSchema>;

/** What pre-flight found doubtful, by what is only believed of a vendor. It refused nothing. */
export const taskWarningSchema = z
  .object({
    path: z.string().meta({ description: 'The value in question, as in the request.' }),
    code: z
      .enum(['field_missing', 'wrong_length', 'wrong_letters', 'ticket_expired', 'not_yet_available'])
      .meta({ description: 'What is doubtful about it.' }),
    message: bilingualSchema,
  })
  .meta({
    id: 'TaskWarning',
    description: 'What looks doubtful in a ticket by what is believed of its vendor.',
  });
export type TaskWarning = z.infer<typeof taskWarningSchema>;

/** The proven invoice, as a task shows it. */
export const taskCfdiSchema = z
  .object({
    ...invoiceShape,
    emisorRfc: z.string().meta({ description: 'Who issued it.' }),
    emisorName: z.string().meta({ description: 'Their name, as in the invoice.' }),
    receptorRfc: z.string().meta({ description: 'Whom it is made out to.' }),
    verdict: z.enum(['authenticated', 'consistent_not_authenticated']).meta({
      description:
        '`authenticated`: its seals verify against certificates of SAT, or SAT says that it is valid. The other: all that can be checked without those agrees.',
    }),
    authenticatedBy: authenticatedBySchema,
    recovered: z
      .boolean()
      .meta({ description: 'True where an invoice that already existed was fetched again.' }),
    xmlArtifactId: z.string().meta({ description: 'The XML: the invoice itself.' }),
    pdfArtifactId: z
      .string()
      .nullable()
      .meta({ description: 'Its picture for people, where the portal gives one.' }),
  })
  .meta({ id: 'TaskCfdi', description: 'The proven invoice of a task.' });
export type TaskCfdi = z.infer<typeof taskCfdiSchema>;

export const taskSchema = z
  .object({
    id: idSchema('task'),
    externalId: z.string().nullable(),
    mode: modeSchema,
    status: taskStatusSchema,
    vendorUrl: z.string().meta({ description: "The portal's address." }),
    vendorId: orNull(idSchema('vendor')),
    ticketData: ticketDataSchema,
    profileId: z
      .string()
      .nullable()
      .meta({ description: 'The stored profile that it was made with, if it was.' }),
    credentialId: z.string().nullable().meta({ description: 'The login that a portal may be given.' }),
    priority: z.int().meta({ description: '1 to 10, 10 first.' }),
    attempt: z.int().meta({ description: 'Attempts that were burned so far.' }),
    retryOf: orNull(idSchema('task')).meta({ description: 'The task that this one is the retry of.' }),
    retryCount: z.int().meta({ description: 'How many retries lie behind it, 0 to 5.' }),
    cancelRequested: z.boolean().meta({ description: 'It stops as soon as it can do so safely.' }),
    pauseRequested: z.boolean().meta({ description: 'It pauses as soon as it can do so safely.' }),
    intervention: orNull(interventionSchema),
    control: orNull(controlSchema),
    scheduledFor: orNull(timestampSchema),
    deadline: orNull(timestampSchema),
    metadata: metadataSchema,
    options: taskOptionsSchema,
    cfdi: orNull(taskCfdiSchema),
    failure: orNull(failureSchema),
    warnings: z.array(taskWarningSchema).meta({ description: 'What looked doubtful before it began.' }),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    startedAt: orNull(timestampSchema),
    finishedAt: orNull(timestampSchema),
  })
  .meta({
    id: 'Task',
    description: 'One attempt to obtain the CFDI of one ticket for one profile, over its whole life.',
  });
export type Task = z.infer<typeof taskSchema>;
export const taskListSchema = listOf('TaskList', taskSchema);

export const taskListQuerySchema = listQuerySchema.extend({
  status: repeatable(taskStatusSchema, TASK_STATUSES.length)
    .optional()
    .meta({ description: 'Tasks in one of these states: `status=QUEUED&status=RUNNING`.' }),
  externalId: z.string().max(200).optional().meta({ description: 'The task with this id of yours.' }),
  vendorId: idSchema('vendor').optional(),
  profileId: idSchema('profile').optional(),
  failureCode: repeatable(z.enum(FAILURE_CODES), FAILURE_CODES.length)
    .optional()
    .meta({ description: 'Tasks that ended with one of these codes.' }),
  deadLetter: z.literal('true').optional().meta({
    description:
      'Tasks that failed although the same ticket may succeed later without a change, and that nobody retried.',
  }),
  createdAfter: timestampSchema.optional(),
  createdBefore: timestampSchema.optional(),
});
export type TaskListQuery = z.infer<typeof taskListQuerySchema>;
