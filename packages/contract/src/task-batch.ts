/** Many tasks by one request, each for itself. */
import { z } from 'zod';
import { problemSchema } from './errors.ts';
import { createTaskSchema, taskSchema } from './task.ts';

/** Most tasks of one batch. */
export const MAX_BATCH = 100;

export const createTaskBatchSchema = z
  .strictObject({
    tasks: z
      .array(createTaskSchema)
      .min(1)
      .max(MAX_BATCH)
      .meta({ description: 'Each as `POST /v1/tasks` takes it.' }),
  })
  .meta({ id: 'CreateTaskBatch' });
export type CreateTaskBatch = z.infer<typeof createTaskBatchSchema>;

const position = {
  index: z.int().meta({ description: 'Place of the task in the request, from 0.' }),
  status: z.int().meta({ description: 'What the same task alone would have been answered with.' }),
};

export const taskBatchSchema = z
  .object({
    data: z
      .array(
        z.union([
          z.object({ ...position, task: taskSchema }),
          z.object({ ...position, problem: problemSchema }),
        ]),
      )
      .meta({ description: 'One result for each task, in the order of the request.' }),
  })
  .meta({ id: 'TaskBatch' });
export type TaskBatch = z.infer<typeof taskBatchSchema>;
