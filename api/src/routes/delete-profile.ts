import { encodeId } from '@cfdi-live/contract';
import { deleteProfile } from '@cfdi-live/domain';
import { z } from 'zod';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

const query = z.strictObject({
  erase: z.enum(['true', 'false']).default('false').meta({
    description:
      "`true`: for a person who asks to be forgotten. The profile's tasks lose the person's data, their metadata and screenshots too. The invoices stay, for the law keeps them.",
  }),
});

export const deleteProfileOperation = operation(
  {
    method: 'delete',
    path: '/v1/profiles/{id}',
    operationId: 'deleteProfile',
    tags: ['Profiles'],
    summary: 'Delete a profile',
    description:
      'Its credentials go with it. Tasks that have ended keep the profile that they were created with, unless `erase` is `true`; while a task has not ended the profile stays.',
    scope: 'profiles:write',
    request: { params: idParam('profile'), query },
    responses: { 204: { description: 'The profile is gone.' } },
    problems: ['not_found', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('profile', c.req.valid('param').id);
    const erase = c.req.valid('query').erase === 'true';
    const outcome = await deleteProfile(services, principal, id, { erase });
    if (outcome.kind === 'deleted') return c.body(null, 204);
    if (outcome.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such profile.' });
    return problem(c, 'task_state_conflict', {
      detail: 'A task of this profile has not ended. Wait for it, or cancel it.',
      taskId: encodeId('task', outcome.taskId),
    });
  },
);
