/** Steps: what the agent did in a run, one action each. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, timestampSchema } from './common.ts';

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
    index: z.int().meta({ description: 'Counts the steps of a run from 0.' }),
    type: z.enum(STEP_TYPES),
    summary: z.string().meta({ description: 'What was done, redacted: placeholders instead of values.' }),
    planner: z.enum(PLANNERS).meta({ description: 'Who decided it.' }),
    confidence: z.number().nullable().meta({ description: 'How sure that planner was, 0 to 1.' }),
    durationMs: z.int().meta({ description: 'How long it took.' }),
    tokens: z.int().meta({ description: 'Tokens of a language model that it cost.' }),
    costUsd: z.number().meta({ description: 'What those cost.' }),
    screenshotArtifactId: z
      .string()
      .nullable()
      .meta({ description: 'A picture of the page after it, where one was kept.' }),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Step', description: 'One action of the agent in a run.' });
export type Step = z.infer<typeof stepSchema>;
export const stepListSchema = listOf('StepList', stepSchema);
