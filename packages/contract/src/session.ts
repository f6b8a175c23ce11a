/** A session: one remote browser. Where to connect to it never leaves the platform. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { orNull, timestampSchema } from './common.ts';

export const SESSION_STATUSES = ['starting', 'active', 'paused', 'user_controlled', 'terminated'] as const;

export const sessionSchema = z
  .object({
    id: idSchema('session'),
    taskId: idSchema('task'),
    runId: idSchema('run'),
    status: z.enum(SESSION_STATUSES).meta({ description: '`user_controlled`: a person acts in it.' }),
    provider: z.string().meta({ description: 'Who runs the browser.', examples: ['browserbase'] }),
    startedAt: timestampSchema.meta({ description: 'When it was asked for.' }),
    endedAt: orNull(timestampSchema),
  })
  .meta({ id: 'Session', description: 'The remote browser of a task.' });
export type Session = z.infer<typeof sessionSchema>;
