import { cfdiSchema, cfdiUuidSchema } from '@cfdi-live/contract';
import { getCfdi } from '@cfdi-live/domain';
import { z } from 'zod';
import { CFDI_EXAMPLE } from '../examples-cfdis.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json } from '../http/schemas.ts';
import { presentCfdi } from '../present/cfdi.ts';

export const getCfdiOperation = operation(
  {
    method: 'get',
    path: '/v1/cfdis/{uuid}',
    operationId: 'getCfdi',
    tags: ['CFDIs'],
    summary: 'Get an invoice',
    description:
      'The invoice with this folio fiscal; if none was accepted, the newest document that was kept under it (`accepted` tells).',
    scope: 'artifacts:read',
    request: { params: z.object({ uuid: cfdiUuidSchema }) },
    responses: { 200: json(cfdiSchema, 'The invoice.', CFDI_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const cfdi = await getCfdi(services, principal, c.req.valid('param').uuid);
    if (cfdi === null) return problem(c, 'not_found', { detail: 'There is no such invoice.' });
    return c.json(presentCfdi(cfdi), 200);
  },
);
