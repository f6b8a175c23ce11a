import { encodeId, profileSchema, updateProfileSchema } from '@cfdi-live/contract';
import { updateProfile } from '@cfdi-live/domain';
import { PROFILE_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentProfile } from '../present/profile.ts';

export const updateProfileOperation = operation(
  {
    method: 'patch',
    path: '/v1/profiles/{id}',
    operationId: 'updateProfile',
    tags: ['Profiles'],
    summary: 'Change a profile',
    description:
      'What is left out stays. The profile that results is checked as a whole. Tasks that exist keep the profile that they were created with.',
    scope: 'profiles:write',
    request: { params: idParam('profile'), body: jsonBody(updateProfileSchema, { postalCode: '36257' }) },
    responses: { 200: json(profileSchema, 'The profile.', PROFILE_EXAMPLE) },
    problems: ['not_found', 'external_id_taken', 'profile_invalid'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('profile', c.req.valid('param').id);
    const outcome = await updateProfile(services, principal, id, c.req.valid('json'));
    switch (outcome.kind) {
      case 'updated':
        return c.json(presentProfile(outcome.profile), 200);
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such profile.' });
      case 'profile_invalid':
        return problem(c, 'profile_invalid', {
          detail: 'SAT would refuse an invoice made out to this profile.',
          errors: outcome.errors,
        });
      case 'taken': {
        const message = `${encodeId('profile', outcome.profileId)} has this RFC with this externalId.`;
        return problem(c, 'external_id_taken', {
          detail: message,
          errors: [{ path: 'externalId', code: 'taken', message }],
        });
      }
    }
  },
);
