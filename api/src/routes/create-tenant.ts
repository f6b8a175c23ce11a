import { createTenantSchema, signedUpTenantSchema } from '@cfdi-live/contract';
import { signUpTenant } from '@cfdi-live/domain';
import { NEW_API_KEY_EXAMPLE, TENANT_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { presentApiKey, presentTenant } from '../present/access.ts';

export const createTenantOperation = operation(
  {
    method: 'post',
    path: '/v1/tenants',
    operationId: 'createTenant',
    tags: ['Access'],
    summary: 'Sign a tenant up',
    description:
      'For a person who is signed in with Supabase Auth: they become its owner, and get a first API key in test mode, shown this once. A person may found ten.',
    scope: null,
    user: true,
    request: { body: jsonBody(createTenantSchema, { name: TENANT_EXAMPLE.name }) },
    responses: {
      201: json(signedUpTenantSchema, 'The tenant with its first key.', {
        ...TENANT_EXAMPLE,
        apiKey: { ...NEW_API_KEY_EXAMPLE, mode: 'test', key: 'cl_test_01kaf3v6n0e8sb9c1m5r7t2wxy_…' },
      }),
    },
    problems: ['forbidden', 'quota_exceeded'],
  },
  async (c) => {
    const { services, caller } = c.var;
    // Its guard lets people pass, and nobody else.
    if (caller.kind !== 'person') return problem(c, 'forbidden', { detail: 'This is for people.' });
    const outcome = await signUpTenant(services, caller, c.req.valid('json').name);
    if (outcome.kind === 'too_many') {
      return problem(c, 'quota_exceeded', {
        detail: 'You have founded as many tenants as one person may.',
        headers: { 'x-should-retry': 'false' },
      });
    }
    const tenant = presentTenant(outcome.tenant);
    const apiKey = { ...presentApiKey(outcome.apiKey.row), key: outcome.apiKey.key };
    return c.json({ ...tenant, apiKey }, 201, { location: `/v1/tenants/${tenant.id}` });
  },
);
