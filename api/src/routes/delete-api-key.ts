import { revokeApiKey } from '@cfdi-live/domain';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const deleteApiKeyOperation = operation(
  {
    method: 'delete',
    path: '/v1/api-keys/{id}',
    operationId: 'deleteApiKey',
    tags: ['Access'],
    summary: 'Revoke an API key',
    description:
      'Ends the key within five seconds everywhere, open streams included, and for good. It stays in the list with `revokedAt`, for the audit names it. Doing it again changes nothing.',
    scope: 'admin:write',
    members: MANAGERS,
    request: { params: idParam('apiKey') },
    responses: { 204: { description: 'The key is revoked.' } },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('apiKey', c.req.valid('param').id);
    if (await revokeApiKey(services, principal, id)) return c.body(null, 204);
    return problem(c, 'not_found', { detail: 'There is no such key.' });
  },
);
