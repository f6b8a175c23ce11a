import { MAX_UPLOAD_BYTES, encodeId, uploadSchema } from '@cfdi-live/contract';
import { receiveUpload } from '@cfdi-live/domain';
import { z } from 'zod';
import { UPLOAD_EXAMPLE } from '../examples-uploads.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { timestamp } from '../present/common.ts';

export const uploadTaskArtifactOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/artifacts',
    operationId: 'uploadTaskArtifact',
    tags: ['Artifacts'],
    summary: 'Hand over a CFDI that you got elsewhere',
    description: `The file is the body: an XML, a PDF or a ZIP of both, of at most ${MAX_UPLOAD_BYTES / (1024 * 1024)} MB. What it is, its bytes say, not its content type. It is proven like any other: the invoice of this ticket, made out to this profile, completes a task that has not ended, and settles the ticket of one that has. What came of it is told by \`task.document_received\`, with the id of this upload; the XML comes first, or together with its PDF in a ZIP.`,
    scope: 'artifacts:write',
    request: {
      params: idParam('task'),
      body: {
        required: true,
        content: {
          'application/octet-stream': {
            schema: z
              .string()
              .meta({ type: 'string', format: 'binary', description: 'The bytes of the file.' }),
          },
        },
      },
    },
    responses: { 202: json(uploadSchema, 'The upload, on its way to the proof.', UPLOAD_EXAMPLE) },
    problems: ['not_found', 'unsupported_media_type', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal, file = new Uint8Array() } = c.var;
    const taskId = uuidOf('task', c.req.valid('param').id);
    const outcome = await receiveUpload(services, principal, taskId, file);
    switch (outcome.kind) {
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'unknown_content':
        return problem(c, 'unsupported_media_type', { detail: 'The file is no XML, PDF or ZIP.' });
      case 'completed':
        return problem(c, 'task_state_conflict', { detail: 'The task has its invoice.' });
      case 'erased':
        return problem(c, 'task_state_conflict', {
          detail: 'The person that the task was made for was erased.',
        });
      case 'received': {
        const { id, size, receivedAt } = outcome.upload;
        const upload = { id: encodeId('upload', id), taskId: encodeId('task', taskId), size };
        return c.json({ ...upload, createdAt: timestamp(receivedAt) }, 202);
      }
    }
  },
);
