import { createCredentialSchema, credentialSchema, encodeId } from '@cfdi-live/contract';
import { createCredential } from '@cfdi-live/domain';
import { CREATE_CREDENTIAL_EXAMPLE, CREDENTIAL_EXAMPLE } from '../examples/credential.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentCredential } from '../present/credential.ts';

export const createCredentialOperation = operation(
  {
    method: 'post',
    path: '/v1/credentials',
    operationId: 'createCredential',
    tags: ['Credentials'],
    summary: 'Create a credential',
    description:
      "A profile's login for one vendor's portal, for portals that ask for one. Its values are encrypted and never given out again: not by this API, not to a model, not in a log.",
    scope: 'credentials:write',
    request: { body: jsonBody(createCredentialSchema, CREATE_CREDENTIAL_EXAMPLE) },
    responses: { 201: json(credentialSchema, 'The credential.', CREDENTIAL_EXAMPLE) },
    problems: ['not_found', 'external_id_taken', 'invalid_request'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const body = c.req.valid('json');
    const profileId = uuidOf('profile', body.profileId);
    const outcome = await createCredential(services, principal, { ...body, profileId });
    switch (outcome.kind) {
      case 'created': {
        const credential = presentCredential(outcome.credential);
        return c.json(credential, 201, { location: `/v1/credentials/${credential.id}` });
      }
      case 'profile_not_found': {
        const message = 'There is no such profile.';
        return problem(c, 'not_found', {
          detail: message,
          errors: [{ path: 'profileId', code: 'not_found', message }],
        });
      }
      case 'taken': {
        const message = `${encodeId('credential', outcome.credentialId)} is this profile's login for this vendor.`;
        return problem(c, 'external_id_taken', {
          detail: message,
          errors: [{ path: 'vendorUrl', code: 'taken', message }],
        });
      }
      case 'totp_invalid':
        return problem(c, 'invalid_request', {
          detail: 'The secret of one-time codes cannot be read.',
          errors: outcome.errors,
        });
    }
  },
);
