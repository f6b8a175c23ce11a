import { MEMBER_ROLES, memberListSchema } from '@cfdi-live/contract';
import { listMembers } from '@cfdi-live/domain';
import { MEMBER_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { json, listQuery, pageOf } from '../http/schemas.ts';
import { presentMember } from '../present/access.ts';
import { presentPage } from '../present/common.ts';

export const listMembersOperation = operation(
  {
    method: 'get',
    path: '/v1/members',
    operationId: 'listMembers',
    tags: ['Access'],
    summary: 'List members',
    description: 'The people of the tenant, newest first. They are the same in both modes.',
    scope: 'admin:read',
    members: MEMBER_ROLES,
    request: { query: listQuery },
    responses: { 200: json(memberListSchema, 'A page of members.', pageOf(MEMBER_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listMembers(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentMember), 200);
  },
);
