import { apiKeySchema, rotateApiKeySchema } from '@cfdi-live/contract';
import { rotateApiKey } from '@cfdi-live/domain';
import { NEW_API_KEY_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { answerBeyondCaller, answerExpiryInThePast, timeOf } from '../http/key-answers.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentApiKey } from '../present/access.ts';

export const rotateApiKeyOperation = operation(
  {
    method: 'post',
    path: '/v1/api-keys/{id}/rotate',
    operationId: 'rotateApiKey',
    tags: ['Access'],
    summary: 'Rotate an API key',
    description:
      'A new key of the same name, mode and scopes, shown this once. The old one goes on working for the overlap (a day unless told otherwise), so that no request fails meanwhile. Two are active at most: while both are, neither can be rotated.',
    scope: 'admin:write',
    members: MANAGERS,
    idempotency: { secretFields: ['key'] },
    request: { params: idParam('apiKey'), body: jsonBody(rotateApiKeySchema, { overlapSeconds: 3_600 }) },
    responses: { 201: json(apiKeySchema, 'The new key.', NEW_API_KEY_EXAMPLE) },
    problems: ['invalid_request', 'forbidden', 'not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const { overlapSeconds, expiresAt } = c.req.valid('json');
    const id = uuidOf('apiKey', c.req.valid('param').id);
    const input = { overlapSeconds, expiresAt: timeOf(expiresAt) };
    const outcome = await rotateApiKey(services, principal, id, input);
    switch (outcome.kind) {
      case 'rotated': {
        const apiKey = presentApiKey(outcome.row);
        return c.json({ ...apiKey, key: outcome.key }, 201, { location: `/v1/api-keys/${apiKey.id}` });
      }
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such key.' });
      case 'scopes_exceeded':
        return answerBeyondCaller(c, outcome);
      case 'expires_in_the_past':
        return answerExpiryInThePast(c);
      case 'inactive':
      case 'rotating':
        return problem(c, 'invalid_request', {
          detail: 'This key cannot be rotated now.',
          errors: [{ path: '', ...NOT_NOW[outcome.kind] }],
        });
    }
  },
);

const NOT_NOW = {
  inactive: { code: 'key_inactive', message: 'It is revoked or has expired. Make a new key.' },
  rotating: {
    code: 'rotation_in_progress',
    message: 'It and another key of the same rotation are both active. Revoke one of them, or wait.',
  },
};
