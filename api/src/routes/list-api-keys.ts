import { apiKeyListSchema, MEMBER_ROLES } from '@cfdi-live/contract';
import { listApiKeys } from '@cfdi-live/domain';
import { API_KEY_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { json, listQuery, pageOf } from '../http/schemas.ts';
import { presentApiKey } from '../present/access.ts';
import { presentPage } from '../present/common.ts';

export const listApiKeysOperation = operation(
  {
    method: 'get',
    path: '/v1/api-keys',
    operationId: 'listApiKeys',
    tags: ['Access'],
    summary: 'List API keys',
    description: 'Newest first, of this mode; revoked and expired ones too.',
    scope: 'admin:read',
    members: MEMBER_ROLES,
    request: { query: listQuery },
    responses: { 200: json(apiKeyListSchema, 'A page of keys.', pageOf(API_KEY_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listApiKeys(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentApiKey), 200);
  },
);
