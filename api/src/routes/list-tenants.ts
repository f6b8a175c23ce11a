import { tenantListSchema } from '@cfdi-live/contract';
import { listTenants } from '@cfdi-live/domain';
import { TENANT_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { json, listQuery, pageOf } from '../http/schemas.ts';
import { presentTenant } from '../present/access.ts';
import { presentPage } from '../present/common.ts';

export const listTenantsOperation = operation(
  {
    method: 'get',
    path: '/v1/tenants',
    operationId: 'listTenants',
    tags: ['Access'],
    summary: 'List tenants',
    description: 'Those that a person belongs to, newest first; with a key, its own.',
    scope: 'admin:read',
    user: true,
    request: { query: listQuery },
    responses: { 200: json(tenantListSchema, 'A page of tenants.', pageOf(TENANT_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, caller } = c.var;
    const page = await listTenants(services, caller, c.req.valid('query'));
    return c.json(presentPage(page, presentTenant), 200);
  },
);
