/** Examples of the OpenAPI document: one ticket, its profile and what becomes of it. */
import type { z } from 'zod';
import type {
  Artifact,
  createTaskSchema,
  Event,
  Profile,
  profileInputSchema,
  Step,
  Task,
} from '@cfdi-live/contract';

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
  pauseRequested: false,
  intervention: null,
  control: null,
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

export const STEP_EXAMPLE: Step = {
  id: 'step_01kaf3v9a1b2c3d4e5f6g7h8j9',
  runId: 'run_01kaf3v8z9y8x7w6v5t4s3r2q1',
  index: 4,
  type: 'input',
  summary: 'Typed {{profile.rfc}} into "RFC"',
  planner: 'form',
  confidence: 0.97,
  durationMs: 212,
  tokens: 0,
  costUsd: 0,
  screenshotArtifactId: null,
  createdAt: AT,
};

export const ARTIFACT_EXAMPLE: Artifact = {
  id: 'art_01kaf3w0h2j4k6m8n0p2q4r6s8',
  taskId: TASK_ID,
  kind: 'xml',
  fileName: 'A-10293.xml',
  contentType: 'application/xml',
  size: 4812,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  createdAt: AT,
};

export const EVENT_EXAMPLE: Event = {
  id: 'evt_01kaf3v6n1a2b3c4d5e6f7g8h9',
  type: 'task.created',
  createdAt: AT,
  mode: 'live',
  taskId: TASK_ID,
  externalId: null,
  sequence: 1,
  data: { status: 'PENDING' },
};

/** An event of the stream, as its text. */
export const EVENT_STREAM_EXAMPLE = `retry: 2000

id: evt_01kaf3v6n1a2b3c4d5e6f7g8h9
event: task.created
data: {"id":"evt_01kaf3v6n1a2b3c4d5e6f7g8h9","type":"task.created","createdAt":"${AT}","mode":"live","taskId":"${TASK_ID}","externalId":null,"sequence":1,"data":{"status":"PENDING"}}
`;
