import { vendorSchema } from '@cfdi-live/contract';
import { getVendor } from '@cfdi-live/domain';
import { VENDOR_EXAMPLE } from '../examples-vendors.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentVendor } from '../present/vendor.ts';

export const getVendorOperation = operation(
  {
    method: 'get',
    path: '/v1/vendors/{id}',
    operationId: 'getVendor',
    tags: ['Vendors'],
    summary: 'Get a vendor',
    description: 'What is known of it, from where, and how sure it is. Unknown is null.',
    scope: 'vendors:read',
    request: { params: idParam('vendor') },
    responses: { 200: json(vendorSchema, 'The vendor.', VENDOR_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const vendor = await getVendor(services, principal, uuidOf('vendor', c.req.valid('param').id));
    if (vendor === null) return problem(c, 'not_found', { detail: 'There is no such vendor.' });
    return c.json(presentVendor(vendor), 200);
  },
);
