import { cfdiListSchema } from '@cfdi-live/contract';
import { listCfdis } from '@cfdi-live/domain';
import { CFDI_EXAMPLE } from '../examples-cfdis.ts';
import { operation } from '../http/operation.ts';
import { cfdiListQuery, json, pageOf, uuidOf } from '../http/schemas.ts';
import { presentCfdi } from '../present/cfdi.ts';
import { presentPage } from '../present/common.ts';

export const listCfdisOperation = operation(
  {
    method: 'get',
    path: '/v1/cfdis',
    operationId: 'listCfdis',
    tags: ['CFDIs'],
    summary: 'List invoices',
    description:
      'Invoices as data, newest first by when they came. Documents that were refused by the proof are kept apart: `accepted=false` lists them with what is wrong with them.',
    scope: 'artifacts:read',
    request: { query: cfdiListQuery },
    responses: { 200: json(cfdiListSchema, 'A page of invoices.', pageOf(CFDI_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const { taskId, accepted, ...query } = c.req.valid('query');
    const page = await listCfdis(services, principal, {
      ...query,
      accepted: accepted === 'true',
      taskId: taskId === undefined ? undefined : uuidOf('task', taskId),
    });
    return c.json(presentPage(page, presentCfdi), 200);
  },
);
