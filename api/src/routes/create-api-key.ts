import { apiKeySchema, createApiKeySchema } from '@cfdi-live/contract';
import { createApiKey } from '@cfdi-live/domain';
import { CREATE_API_KEY_EXAMPLE, NEW_API_KEY_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { answerBeyondCaller, answerExpiryInThePast, timeOf } from '../http/key-answers.ts';
import { operation } from '../http/operation.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { presentApiKey } from '../present/access.ts';

export const createApiKeyOperation = operation(
  {
    method: 'post',
    path: '/v1/api-keys',
    operationId: 'createApiKey',
    tags: ['Access'],
    summary: 'Create an API key',
    description:
      'The key is shown this once. It is of the mode that it is made in. A key can give the scopes that it has itself; a person may give any.',
    scope: 'admin:write',
    members: MANAGERS,
    idempotency: { secretFields: ['key'] },
    request: { body: jsonBody(createApiKeySchema, CREATE_API_KEY_EXAMPLE) },
    responses: { 201: json(apiKeySchema, 'The key.', NEW_API_KEY_EXAMPLE) },
    problems: ['invalid_request', 'forbidden'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const { expiresAt, ...body } = c.req.valid('json');
    const outcome = await createApiKey(services, principal, { ...body, expiresAt: timeOf(expiresAt) });
    if (outcome.kind === 'expires_in_the_past') return answerExpiryInThePast(c);
    if (outcome.kind !== 'created') return answerBeyondCaller(c, outcome);
    const apiKey = presentApiKey(outcome.row);
    return c.json({ ...apiKey, key: outcome.key }, 201, { location: `/v1/api-keys/${apiKey.id}` });
  },
);
