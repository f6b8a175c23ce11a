/** Examples of the OpenAPI document: one ticket, its profile and what becomes of it. */
import type { z } from 'zod';
import type { createTaskSchema, Profile, profileInputSchema, Task } from '@cfdi-live/contract';

const TASK_ID = 'task_01kaf3v6n0e8sb9c1m5r7t2wxy';
const PROFILE_ID = 'prof_01kaf3tq4se9n8x2b6d0h4k7m1';
const AT = '2026-11-20T18:30:00.000Z';

export const CREATE_PROFILE_EXAMPLE: z.input<typeof profileInputSchema> = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@example.com',
};

export const PROFILE_EXAMPLE: Profile = {
  id: PROFILE_ID,
  externalId: null,
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@example.com',
  companyDetails: null,
  mode: 'live',
  warnings: [],
  createdAt: AT,
  updatedAt: AT,
};

export const CREATE_TASK_EXAMPLE: z.input<typeof createTaskSchema> = {
  vendorUrl: 'https://facturacion.example.com.mx/',
  ticketData: { amount: 1160, date: '2026-11-20', concept: 'Consumo', folio: 'A-10293' },
  profileId: PROFILE_ID,
};

export const TASK_EXAMPLE: Task = {
  id: TASK_ID,
  externalId: null,
  mode: 'live',
  status: 'PENDING',
  vendorUrl: 'https://facturacion.example.com.mx/',
  vendorId: null,
  ticketData: { amount: 1160, date: '2026-11-20', concept: 'Consumo', folio: 'A-10293' },
  profileId: PROFILE_ID,
  credentialId: null,
  priority: 5,
  attempt: 0,
  retryOf: null,
  retryCount: 0,
  cancelRequested: false,
  scheduledFor: null,
  deadline: null,
  metadata: {},
  options: { intervention: 'wait', decide: 'auto' },
  cfdi: null,
  failure: null,
  warnings: [],
  createdAt: AT,
  updatedAt: AT,
  startedAt: null,
  finishedAt: null,
};

/** An event of the stream, as its text. */
export const EVENT_STREAM_EXAMPLE = `retry: 2000

id: evt_01kaf3v6n1a2b3c4d5e6f7g8h9
event: task.created
data: {"id":"evt_01kaf3v6n1a2b3c4d5e6f7g8h9","type":"task.created","createdAt":"${AT}","mode":"live","taskId":"${TASK_ID}","externalId":null,"sequence":1,"data":{"status":"PENDING"}}
`;
