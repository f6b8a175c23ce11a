import { addMemberSchema, memberSchema } from '@cfdi-live/contract';
import { addMember } from '@cfdi-live/domain';
import { MEMBER_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { answerMemberRefusal } from '../http/member-answers.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { presentMember } from '../present/access.ts';

export const addMemberOperation = operation(
  {
    method: 'post',
    path: '/v1/members',
    operationId: 'addMember',
    tags: ['Access'],
    summary: 'Add a member',
    description:
      'A person by their id of Supabase Auth. Owners are made by owners; a tenant that has none yet gets its first from whoever may add members. A key may add members if it is of live mode and has every scope, for a person may do all that it may.',
    scope: 'admin:write',
    members: MANAGERS,
    request: {
      body: jsonBody(addMemberSchema, { userId: MEMBER_EXAMPLE.userId, role: MEMBER_EXAMPLE.role }),
    },
    responses: { 201: json(memberSchema, 'The member.', MEMBER_EXAMPLE) },
    problems: ['invalid_request', 'forbidden'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await addMember(services, principal, c.req.valid('json'));
    if (outcome.kind === 'added') return c.json(presentMember(outcome.member), 201);
    if (outcome.kind !== 'already_member') return answerMemberRefusal(c, outcome.kind);
    const message = 'This person is a member already. Change their role.';
    return problem(c, 'invalid_request', {
      detail: message,
      errors: [{ path: 'userId', code: 'already_member', message }],
    });
  },
);
