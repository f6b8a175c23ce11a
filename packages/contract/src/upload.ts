/** Uploads: documents that the integrator got elsewhere, on their way to the proof. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { timestampSchema } from './common.ts';

/** Largest file that is taken, in bytes. */
export const MAX_UPLOAD_BYTES = 8 * 1024 * 1024;

export const uploadSchema = z
  .object({
    id: idSchema('upload'),
    taskId: idSchema('task'),
    size: z.int().meta({ description: 'Bytes.' }),
    createdAt: timestampSchema,
  })
  .meta({
    id: 'Upload',
    description:
      'A file that was handed over for a task. What it proves is told by the event `task.document_received` that names it.',
  });
export type Upload = z.infer<typeof uploadSchema>;
