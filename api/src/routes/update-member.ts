import { memberSchema, updateMemberSchema } from '@cfdi-live/contract';
import { changeMember } from '@cfdi-live/domain';
import { MEMBER_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { answerLastOwner, answerMemberRefusal } from '../http/member-answers.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentMember } from '../present/access.ts';

export const updateMemberOperation = operation(
  {
    method: 'patch',
    path: '/v1/members/{id}',
    operationId: 'updateMember',
    tags: ['Access'],
    summary: "Change a member's role",
    description: 'Owners are made and unmade by owners. The last owner stays one.',
    scope: 'admin:write',
    members: MANAGERS,
    request: { params: idParam('member'), body: jsonBody(updateMemberSchema, { role: 'viewer' }) },
    responses: { 200: json(memberSchema, 'The member.', { ...MEMBER_EXAMPLE, role: 'viewer' }) },
    problems: ['invalid_request', 'forbidden', 'not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('member', c.req.valid('param').id);
    const outcome = await changeMember(services, principal, id, c.req.valid('json').role);
    if (outcome.kind === 'changed') return c.json(presentMember(outcome.member), 200);
    if (outcome.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such member.' });
    if (outcome.kind === 'last_owner') return answerLastOwner(c, 'role');
    return answerMemberRefusal(c, outcome.kind);
  },
);
