import { vendorListSchema } from '@cfdi-live/contract';
import { listVendors } from '@cfdi-live/domain';
import { VENDOR_EXAMPLE } from '../examples-vendors.ts';
import { operation } from '../http/operation.ts';
import { json, pageOf, vendorListQuery } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentVendor } from '../present/vendor.ts';

export const listVendorsOperation = operation(
  {
    method: 'get',
    path: '/v1/vendors',
    operationId: 'listVendors',
    tags: ['Vendors'],
    summary: 'List vendors',
    description:
      'The directory, newest entries first: what each portal asks for, from when and until when, and how sure that is. Test keys see the portals of the sandbox too. A vendor that is not listed may be tried all the same.',
    scope: 'vendors:read',
    request: { query: vendorListQuery },
    responses: { 200: json(vendorListSchema, 'A page of vendors.', pageOf(VENDOR_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listVendors(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentVendor), 200);
  },
);
