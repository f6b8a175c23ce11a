/** A task: one attempt to obtain the CFDI of one ticket for one profile, over its whole life. */
import { z } from 'zod';
import { invoiceShape } from './cfdi.ts';
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
import { failureSchema } from './failures.ts';
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
export const taskStatusSchema = z.enum(TASK_STATUSES).meta({ id: 'TaskStatus' });
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
    concept: textSchema(300).optional(),
    folio: textSchema(100).optional(),
    branch: textSchema(100).optional(),
    webId: textSchema(100).optional(),
    barcode: textSchema(100).optional(),
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
  .meta({ id: 'TicketData' });
export type TicketData = z.infer<typeof ticketDataSchema>;

export const taskOptionsSchema = z
  .strictObject({
    maxSteps: z.int().min(1).max(200).optional(),
    maxCostUsd: z.number().min(0).max(20).optional(),
    timeoutSeconds: z
      .int()
      .min(10)
      .max(600)
      .optional()
      .meta({ description: 'Budget of one run; default 180.' }),
    interventionTimeoutSeconds: z.int().min(60).max(259_200).optional(),
    intervention: z.enum(['wait', 'fail']).default('wait'),
    decide: z.enum(['auto', 'recipe', 'form', 'llm']).default('auto'),
  })
  .meta({ id: 'TaskOptions' });
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
    profileId: idSchema('profile').optional(),
    profile: profileInputSchema.optional(),
    credentialId: idSchema('credential')
      .optional()
      .meta({ description: "The profile's login for this vendor, where the portal asks for one." }),
    cfdiUse: z
      .string()
      .regex(/^[A-Z]{1,2}\d{2}$/)
      .optional(),
    priority: z.int().min(1).max(10).default(5).meta({ description: '10 first.' }),
    scheduledFor: timestampSchema.optional(),
    deadline: timestampSchema.optional(),
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
    profileId: idSchema('profile')
      .optional()
      .meta({ description: 'A profile as it stands now. Left out: the values that the task before was made with.' }),
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
    code: z.enum(['field_missing', 'wrong_length', 'wrong_letters', 'ticket_expired', 'not_yet_available']),
    message: bilingualSchema,
  })
  .meta({ id: 'TaskWarning' });
export type TaskWarning = z.infer<typeof taskWarningSchema>;

/** The proven invoice, as a task shows it. */
export const taskCfdiSchema = z
  .object({
    ...invoiceShape,
    emisorRfc: z.string(),
    emisorName: z.string(),
    receptorRfc: z.string(),
    verdict: z.enum(['authenticated', 'consistent_not_authenticated']),
    recovered: z
      .boolean()
      .meta({ description: 'True where an invoice that already existed was fetched again.' }),
    xmlArtifactId: z.string(),
    pdfArtifactId: z.string().nullable(),
  })
  .meta({ id: 'TaskCfdi' });
export type TaskCfdi = z.infer<typeof taskCfdiSchema>;

export const taskSchema = z
  .object({
    id: idSchema('task'),
    externalId: z.string().nullable(),
    mode: modeSchema,
    status: taskStatusSchema,
    vendorUrl: z.string(),
    vendorId: orNull(idSchema('vendor')),
    ticketData: ticketDataSchema,
    profileId: z.string().nullable(),
    credentialId: z.string().nullable(),
    priority: z.int(),
    attempt: z.int().meta({ description: 'Attempts that were burned so far.' }),
    retryOf: orNull(idSchema('task')).meta({ description: 'The task that this one is the retry of.' }),
    retryCount: z.int().meta({ description: 'How many retries lie behind it, 0 to 5.' }),
    cancelRequested: z.boolean(),
    scheduledFor: orNull(timestampSchema),
    deadline: orNull(timestampSchema),
    metadata: metadataSchema,
    options: taskOptionsSchema,
    cfdi: orNull(taskCfdiSchema),
    failure: orNull(failureSchema),
    warnings: z.array(taskWarningSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    startedAt: orNull(timestampSchema),
    finishedAt: orNull(timestampSchema),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof taskSchema>;
export const taskListSchema = listOf('TaskList', taskSchema);

export const taskListQuerySchema = listQuerySchema.extend({
  status: repeatable(taskStatusSchema, TASK_STATUSES.length)
    .optional()
    .meta({ description: 'Tasks in one of these states: `status=QUEUED&status=RUNNING`.' }),
  externalId: z.string().max(200).optional(),
  vendorId: idSchema('vendor').optional(),
  profileId: idSchema('profile').optional(),
  createdAfter: timestampSchema.optional(),
  createdBefore: timestampSchema.optional(),
});
export type TaskListQuery = z.infer<typeof taskListQuerySchema>;

export const STEP_TYPES = [
  'navigate',
  'input',
  'click',
  'select',
  'upload',
  'download',
  'wait',
  'extract',
  'thinking',
  'error',
  'captcha',
  'user_intervention',
  'completed',
] as const;
export type StepType = (typeof STEP_TYPES)[number];
export const PLANNERS = ['recipe', 'form', 'llm', 'person', 'platform'] as const;
export type PlannerName = (typeof PLANNERS)[number];

export const stepSchema = z
  .object({
    id: idSchema('step'),
    runId: idSchema('run'),
    index: z.int(),
    type: z.enum(STEP_TYPES),
    summary: z.string().meta({ description: 'What was done, redacted: placeholders instead of values.' }),
    planner: z.enum(PLANNERS),
    confidence: z.number().nullable(),
    durationMs: z.int(),
    tokens: z.int(),
    costUsd: z.number(),
    screenshotArtifactId: z.string().nullable(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof stepSchema>;
export const stepListSchema = listOf('StepList', stepSchema);

export const artifactSchema = z
  .object({
    id: idSchema('artifact'),
    taskId: idSchema('task'),
    kind: z.enum(['xml', 'pdf', 'screenshot', 'other']),
    fileName: z.string(),
    contentType: z.string(),
    size: z.int().meta({ description: 'Bytes.' }),
    sha256: z.string(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof artifactSchema>;
export const artifactListSchema = listOf('ArtifactList', artifactSchema);
