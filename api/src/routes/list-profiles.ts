import { profileListSchema } from '@cfdi-live/contract';
import { listProfiles } from '@cfdi-live/domain';
import { PROFILE_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { json, pageOf, profileListQuery } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentProfile } from '../present/profile.ts';

export const listProfilesOperation = operation(
  {
    method: 'get',
    path: '/v1/profiles',
    operationId: 'listProfiles',
    tags: ['Profiles'],
    summary: 'List profiles',
    description: 'Newest first. An RFC is found in any spelling.',
    scope: 'profiles:read',
    request: { query: profileListQuery },
    responses: { 200: json(profileListSchema, 'A page of profiles.', pageOf(PROFILE_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listProfiles(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentProfile), 200);
  },
);
