import { profileValidationSchema, validateProfileSchema } from '@cfdi-live/contract';
import { validateProfile } from '@cfdi-live/domain';
import { CREATE_PROFILE_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { json, jsonBody } from '../http/schemas.ts';

const EXAMPLE = {
  valid: true,
  errors: [],
  warnings: [],
  normalized: { ...CREATE_PROFILE_EXAMPLE, cfdiUse: 'G03' },
};

export const validateProfileOperation = operation(
  {
    method: 'post',
    path: '/v1/profiles/validate',
    operationId: 'validateProfile',
    tags: ['Profiles'],
    summary: 'Check a profile',
    description:
      'Says what creating a profile with these values would say, and stores nothing. 200 for a profile that is not valid too.',
    scope: 'profiles:read',
    request: { body: jsonBody(validateProfileSchema, CREATE_PROFILE_EXAMPLE) },
    responses: { 200: json(profileValidationSchema, 'What is to be said about it.', EXAMPLE) },
    problems: [],
  },
  async (c) => {
    const validation = validateProfile(c.req.valid('json'));
    return c.json({ valid: validation.normalized !== null, ...validation }, 200);
  },
);
