import { apiKeySchema, updateApiKeySchema } from '@cfdi-live/contract';
import { renameApiKey } from '@cfdi-live/domain';
import { API_KEY_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentApiKey } from '../present/access.ts';

export const updateApiKeyOperation = operation(
  {
    method: 'patch',
    path: '/v1/api-keys/{id}',
    operationId: 'updateApiKey',
    tags: ['Access'],
    summary: 'Rename an API key',
    description: 'Only its name: what a key may do is fixed. Make another one for other scopes.',
    scope: 'admin:write',
    members: MANAGERS,
    request: {
      params: idParam('apiKey'),
      body: jsonBody(updateApiKeySchema, { name: 'Back office, Monterrey' }),
    },
    responses: { 200: json(apiKeySchema, 'The key.', API_KEY_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('apiKey', c.req.valid('param').id);
    const row = await renameApiKey(services, principal, id, c.req.valid('json').name);
    if (row === null) return problem(c, 'not_found', { detail: 'There is no such key.' });
    return c.json(presentApiKey(row), 200);
  },
);
