import { revokeLiveToken } from '@cfdi-live/domain';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const deleteLiveTokenOperation = operation(
  {
    method: 'delete',
    path: '/v1/live-tokens/{id}',
    operationId: 'deleteLiveToken',
    tags: ['Tasks'],
    summary: 'Revoke a live token',
    description: 'Ends it within five seconds, open streams included. Doing it again changes nothing.',
    scope: 'live:write',
    request: { params: idParam('liveToken') },
    responses: { 204: { description: 'The token is revoked.' } },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('liveToken', c.req.valid('param').id);
    if (await revokeLiveToken(services, principal, id)) return c.body(null, 204);
    return problem(c, 'not_found', { detail: 'There is no such live token.' });
  },
);
