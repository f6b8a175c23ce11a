import { credentialListSchema } from '@cfdi-live/contract';
import { listCredentials } from '@cfdi-live/domain';
import { CREDENTIAL_EXAMPLE } from '../examples/credential.ts';
import { operation } from '../http/operation.ts';
import { credentialListQuery, json, pageOf, uuidOf } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentCredential } from '../present/credential.ts';

export const listCredentialsOperation = operation(
  {
    method: 'get',
    path: '/v1/credentials',
    operationId: 'listCredentials',
    tags: ['Credentials'],
    summary: 'List credentials',
    description: 'Newest first, without their secrets.',
    scope: 'credentials:read',
    request: { query: credentialListQuery },
    responses: { 200: json(credentialListSchema, 'A page of credentials.', pageOf(CREDENTIAL_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const query = c.req.valid('query');
    const profileId = query.profileId === undefined ? undefined : uuidOf('profile', query.profileId);
    const page = await listCredentials(services, principal, { ...query, profileId });
    return c.json(presentPage(page, presentCredential), 200);
  },
);
