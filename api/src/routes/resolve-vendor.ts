import { vendorResolutionSchema } from '@cfdi-live/contract';
import { resolveVendor } from '@cfdi-live/domain';
import { VENDOR_EXAMPLE } from '../examples-vendors.ts';
import { operation } from '../http/operation.ts';
import { json, resolveVendorQuery } from '../http/schemas.ts';
import { presentResolution } from '../present/vendor.ts';

export const resolveVendorOperation = operation(
  {
    method: 'get',
    path: '/v1/vendors/resolve',
    operationId: 'resolveVendor',
    tags: ['Vendors'],
    summary: 'Resolve a portal',
    description:
      'What is known of the portal at an address: which ticket fields it asks, its window (computed for a purchase where `date` is given), its delivery, and how your own tasks fared there. An address that nobody knows answers 200 with `vendor: null`: a task may be tried there all the same. Nothing is fetched from the address.',
    scope: 'vendors:read',
    request: { query: resolveVendorQuery },
    responses: {
      200: json(vendorResolutionSchema, 'What is known.', {
        host: 'example.com.mx',
        vendor: VENDOR_EXAMPLE,
        ticketWindow: { opensAt: '2026-11-20T06:00:00.000Z', closesAt: '2026-12-01T06:00:00.000Z' },
        recipeHealth: null,
        success: { days: 90, tasks: 41, rate: 0.976 },
      }),
    },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    return c.json(presentResolution(await resolveVendor(services, principal, c.req.valid('query'))), 200);
  },
);
