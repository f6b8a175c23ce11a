import { apiKeySchema, MEMBER_ROLES } from '@cfdi-live/contract';
import { getApiKey } from '@cfdi-live/domain';
import { API_KEY_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentApiKey } from '../present/access.ts';

export const getApiKeyOperation = operation(
  {
    method: 'get',
    path: '/v1/api-keys/{id}',
    operationId: 'getApiKey',
    tags: ['Access'],
    summary: 'Get an API key',
    description: 'What the key may do, and when it was last used. Never the key itself.',
    scope: 'admin:read',
    members: MEMBER_ROLES,
    request: { params: idParam('apiKey') },
    responses: { 200: json(apiKeySchema, 'The key.', API_KEY_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const row = await getApiKey(services, principal, uuidOf('apiKey', c.req.valid('param').id));
    if (row === null) return problem(c, 'not_found', { detail: 'There is no such key.' });
    return c.json(presentApiKey(row), 200);
  },
);
