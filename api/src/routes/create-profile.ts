import { encodeId, profileInputSchema, profileSchema } from '@cfdi-live/contract';
import { createProfile } from '@cfdi-live/domain';
import { CREATE_PROFILE_EXAMPLE, PROFILE_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { presentProfile } from '../present/profile.ts';

export const createProfileOperation = operation(
  {
    method: 'post',
    path: '/v1/profiles',
    operationId: 'createProfile',
    tags: ['Profiles'],
    summary: 'Create a profile',
    description:
      "The fiscal identity that invoices are made out to. RFC and name are stored in the spelling of SAT's register. What SAT would refuse is refused; what is only doubtful (a check digit that does not match) comes back in `warnings`.",
    scope: 'profiles:write',
    request: { body: jsonBody(profileInputSchema, CREATE_PROFILE_EXAMPLE) },
    responses: { 201: json(profileSchema, 'The profile.', PROFILE_EXAMPLE) },
    problems: ['external_id_taken', 'profile_invalid'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await createProfile(services, principal, c.req.valid('json'));
    if (outcome.kind === 'profile_invalid') {
      return problem(c, 'profile_invalid', {
        detail: 'SAT would refuse an invoice made out to this profile.',
        errors: outcome.errors,
      });
    }
    if (outcome.kind === 'taken') {
      const message = `${encodeId('profile', outcome.profileId)} has this RFC with this externalId.`;
      return problem(c, 'external_id_taken', {
        detail: message,
        errors: [{ path: 'externalId', code: 'taken', message }],
      });
    }
    const profile = presentProfile(outcome.profile);
    return c.json(profile, 201, { location: `/v1/profiles/${profile.id}` });
  },
);
