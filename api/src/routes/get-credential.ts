import { credentialSchema } from '@cfdi-live/contract';
import { getCredential } from '@cfdi-live/domain';
import { CREDENTIAL_EXAMPLE } from '../examples/credential.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentCredential } from '../present/credential.ts';

export const getCredentialOperation = operation(
  {
    method: 'get',
    path: '/v1/credentials/{id}',
    operationId: 'getCredential',
    tags: ['Credentials'],
    summary: 'Get a credential',
    description: 'Without its secrets.',
    scope: 'credentials:read',
    request: { params: idParam('credential') },
    responses: { 200: json(credentialSchema, 'The credential.', CREDENTIAL_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('credential', c.req.valid('param').id);
    const credential = await getCredential(services, principal, id);
    if (credential === null) return problem(c, 'not_found', { detail: 'There is no such credential.' });
    return c.json(presentCredential(credential), 200);
  },
);
