import { tenantSchema, updateTenantSchema } from '@cfdi-live/contract';
import { changeTenant } from '@cfdi-live/domain';
import { TENANT_EXAMPLE } from '../examples-access.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentTenant } from '../present/access.ts';

export const updateTenantOperation = operation(
  {
    method: 'patch',
    path: '/v1/tenants/{id}',
    operationId: 'updateTenant',
    tags: ['Access'],
    summary: 'Change a tenant',
    description: "The caller's own. What is not given stays as it is.",
    scope: 'admin:write',
    members: MANAGERS,
    tenant: 'path',
    request: { params: idParam('tenant'), body: jsonBody(updateTenantSchema, { name: TENANT_EXAMPLE.name }) },
    responses: { 200: json(tenantSchema, 'The tenant.', TENANT_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const own = uuidOf('tenant', c.req.valid('param').id) === principal.tenantId;
    const tenant = own ? await changeTenant(services, principal, c.req.valid('json')) : null;
    if (tenant === null) return problem(c, 'not_found', { detail: 'There is no such tenant.' });
    return c.json(presentTenant(tenant), 200);
  },
);
