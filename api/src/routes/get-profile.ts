import { profileSchema } from '@cfdi-live/contract';
import { getProfile } from '@cfdi-live/domain';
import { PROFILE_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentProfile } from '../present/profile.ts';

export const getProfileOperation = operation(
  {
    method: 'get',
    path: '/v1/profiles/{id}',
    operationId: 'getProfile',
    tags: ['Profiles'],
    summary: 'Get a profile',
    description: 'As it was stored, in the spelling of SAT’s register.',
    scope: 'profiles:read',
    request: { params: idParam('profile') },
    responses: { 200: json(profileSchema, 'The profile.', PROFILE_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const profile = await getProfile(services, principal, uuidOf('profile', c.req.valid('param').id));
    if (profile === null) return problem(c, 'not_found', { detail: 'There is no such profile.' });
    return c.json(presentProfile(profile), 200);
  },
);
