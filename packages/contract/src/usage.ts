/** Usage: what a tenant's tasks came to, by portal, by profile and by kind of step. */
import { z } from 'zod';
import { orNull } from './common.ts';
import { idSchema } from './ids.ts';
import { PLANNERS, STEP_TYPES } from './step.ts';

const daySchema = z.iso.date().meta({ description: 'A UTC day.', examples: ['2026-11-01'] });

export const USAGE_PERIODS = ['day', 'week', 'month'] as const;
export type UsagePeriod = (typeof USAGE_PERIODS)[number];

/** Days that one report may span. */
export const USAGE_MAX_DAYS = 400;

export const usageQuerySchema = z.strictObject({
  from: daySchema.optional().meta({ description: 'First UTC day; default: 29 days before `to`.' }),
  to: daySchema.optional().meta({ description: 'Last UTC day; default: today.' }),
  groupBy: z
    .enum(USAGE_PERIODS)
    .optional()
    .meta({ description: 'Asks for `periods` of this length; weeks begin on Monday.' }),
});
export type UsageQuery = z.infer<typeof usageQuerySchema>;

const count = (description: string) => z.int().min(0).meta({ description });
const rateSchema = orNull(z.number().min(0).max(1)).meta({
  description: 'Completed of completed and failed, 0 to 1; null where there is neither.',
});

const figures = {
  completed: count('Tasks that ended with their invoice.'),
  failed: count('Tasks that ended without.'),
  cancelled: count('Tasks that somebody cancelled.'),
  successRate: rateSchema,
  averageSeconds: orNull(z.number().min(0)).meta({
    description: 'Of completed tasks, from first start to end; null where there is none.',
  }),
  sessions: count('Browsers that ended.'),
  sessionMinutes: z.number().min(0).meta({ description: 'How long they ran.' }),
  steps: count('What the agent did on portals.'),
  tokens: count('Tokens of language models.'),
  costUsd: z.number().min(0).meta({ description: 'What those cost.' }),
};

export const usageFiguresSchema = z.object(figures).meta({ id: 'UsageFigures' });
export type UsageFigures = z.infer<typeof usageFiguresSchema>;

export const usageSchema = z
  .object({
    from: daySchema,
    to: daySchema,
    totals: usageFiguresSchema.meta({ description: 'Of all these days.' }),
    periods: z
      .array(z.object({ start: daySchema, ...figures }).meta({ id: 'UsagePeriod' }))
      .meta({ description: 'In order, those without any usage left out; empty without `groupBy`.' }),
    vendors: z
      .array(
        z
          .object({
            vendorHost: z.string().meta({ description: "The portal's registrable domain." }),
            ...figures,
          })
          .meta({ id: 'VendorUsage' }),
      )
      .meta({ description: 'The 100 with the most tasks.' }),
    profiles: z
      .array(
        z
          .object({
            profileId: idSchema('profile'),
            completed: figures.completed,
            failed: figures.failed,
            cancelled: figures.cancelled,
            successRate: rateSchema,
          })
          .meta({ id: 'ProfileUsage' }),
      )
      .meta({ description: 'The 100 with the most tasks, of the tasks that are still kept.' }),
    steps: z
      .array(
        z
          .object({
            type: z.enum(STEP_TYPES),
            planner: z.enum(PLANNERS).meta({ description: 'Who decided them.' }),
            count: count('Steps of this kind.'),
            p50Ms: count('Half of them took no longer.'),
            p95Ms: count('95 of 100 took no longer.'),
          })
          .meta({ id: 'StepPerformance' }),
      )
      .meta({ description: 'Of the steps that are still kept: those of completed tasks go after 3 months.' }),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usageSchema>;
