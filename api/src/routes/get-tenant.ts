import { MEMBER_ROLES, tenantSchema } from '@cfdi-live/contract';
import { getTenant } from '@cfdi-live/domain';
import { TENANT_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTenant } from '../present/access.ts';

export const getTenantOperation = operation(
  {
    method: 'get',
    path: '/v1/tenants/{id}',
    operationId: 'getTenant',
    tags: ['Access'],
    summary: 'Get a tenant',
    description: 'One that the caller belongs to.',
    scope: 'admin:read',
    members: MEMBER_ROLES,
    tenant: 'path',
    request: { params: idParam('tenant') },
    responses: { 200: json(tenantSchema, 'The tenant.', TENANT_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const own = uuidOf('tenant', c.req.valid('param').id) === principal.tenantId;
    const tenant = own ? await getTenant(services, principal) : null;
    if (tenant === null) return problem(c, 'not_found', { detail: 'There is no such tenant.' });
    return c.json(presentTenant(tenant), 200);
  },
);
