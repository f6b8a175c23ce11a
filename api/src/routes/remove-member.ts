import { removeMember } from '@cfdi-live/domain';
import { MANAGERS } from '../http/allowed.ts';
import { answerLastOwner, answerMemberRefusal } from '../http/member-answers.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const removeMemberOperation = operation(
  {
    method: 'delete',
    path: '/v1/members/{id}',
    operationId: 'removeMember',
    tags: ['Access'],
    summary: 'Remove a member',
    description: 'Their access ends within five seconds. The last owner stays.',
    scope: 'admin:write',
    members: MANAGERS,
    request: { params: idParam('member') },
    responses: { 204: { description: 'The person is no member any more.' } },
    problems: ['invalid_request', 'forbidden', 'not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('member', c.req.valid('param').id);
    const outcome = await removeMember(services, principal, id);
    if (outcome.kind === 'removed') return c.body(null, 204);
    if (outcome.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such member.' });
    if (outcome.kind === 'last_owner') return answerLastOwner(c, '');
    return answerMemberRefusal(c, outcome.kind);
  },
);
