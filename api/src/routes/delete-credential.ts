import { deleteCredential } from '@cfdi-live/domain';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const deleteCredentialOperation = operation(
  {
    method: 'delete',
    path: '/v1/credentials/{id}',
    operationId: 'deleteCredential',
    tags: ['Credentials'],
    summary: 'Delete a credential',
    description: 'Tasks that were to use it go on without.',
    scope: 'credentials:write',
    request: { params: idParam('credential') },
    responses: { 204: { description: 'The credential is gone.' } },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('credential', c.req.valid('param').id);
    if (await deleteCredential(services, principal, id)) return c.body(null, 204);
    return problem(c, 'not_found', { detail: 'There is no such credential.' });
  },
);
