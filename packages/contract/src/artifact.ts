/** Artifacts: the files of a task. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, timestampSchema } from './common.ts';

export const artifactSchema = z
  .object({
    id: idSchema('artifact'),
    taskId: idSchema('task'),
    kind: z
      .enum(['xml', 'pdf', 'screenshot', 'captcha', 'other'])
      .meta({ description: 'What the file is to its task.' }),
    fileName: z.string(),
    contentType: z.string(),
    size: z.int().meta({ description: 'Bytes.' }),
    sha256: z.string().meta({ description: "Of the file's bytes, in hex." }),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Artifact', description: 'A file of a task.' });
export type Artifact = z.infer<typeof artifactSchema>;
export const artifactListSchema = listOf('ArtifactList', artifactSchema);
