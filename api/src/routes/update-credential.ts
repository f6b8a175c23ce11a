import { credentialSchema, updateCredentialSchema } from '@cfdi-live/contract';
import { updateCredential } from '@cfdi-live/domain';
import { CREDENTIAL_EXAMPLE } from '../examples/credential.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentCredential } from '../present/credential.ts';

export const updateCredentialOperation = operation(
  {
    method: 'patch',
    path: '/v1/credentials/{id}',
    operationId: 'updateCredential',
    tags: ['Credentials'],
    summary: 'Change a credential',
    description: 'What is left out stays; null takes a value away. Profile and vendor cannot be changed.',
    scope: 'credentials:write',
    request: {
      params: idParam('credential'),
      body: jsonBody(updateCredentialSchema, { password: 'correct horse battery staple' }),
    },
    responses: { 200: json(credentialSchema, 'The credential.', CREDENTIAL_EXAMPLE) },
    problems: ['not_found', 'invalid_request'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('credential', c.req.valid('param').id);
    const outcome = await updateCredential(services, principal, id, c.req.valid('json'));
    if (outcome.kind === 'updated') return c.json(presentCredential(outcome.credential), 200);
    if (outcome.kind === 'not_found')
      return problem(c, 'not_found', { detail: 'There is no such credential.' });
    return problem(c, 'invalid_request', {
      detail: 'The secret of one-time codes cannot be read.',
      errors: outcome.errors,
    });
  },
);
