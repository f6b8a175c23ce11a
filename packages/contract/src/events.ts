/**
 * Events: immutable rows of a tenant's history. SSE and webhooks are two readers of the same rows.
 * They carry ids, states, amounts, the UUID and the emisor; never a value of the profile.
 */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, modeSchema, orNull, timestampSchema } from './common.ts';
import { failureSchema } from './failures.ts';
import { actorRefSchema, CONTROL_ENDS, neededEventShape, parkedEventShape } from './parking.ts';
import { PLANNERS, STEP_TYPES } from './step.ts';
import { taskStatusSchema } from './task.ts';

const status = z.object({ status: taskStatusSchema });
const cfdiFacts = z.object({
  uuid: z.string(),
  total: z.number(),
  emisorRfc: z.string(),
  emisorName: z.string(),
});

/** Every event type of this version with the shape of its `data`. */
export const EVENT_DATA = {
  'task.created': status,
  'task.queued': status,
  'task.running': status.extend({ runId: z.string(), attempt: z.int() }),
  'task.step': z.object({
    runId: z.string(),
    index: z.int(),
    type: z.enum(STEP_TYPES),
    summary: z.string(),
    planner: z.enum(PLANNERS),
    durationMs: z.int(),
  }),
  'task.rescheduled': status.extend({ notBefore: timestampSchema, reason: z.string() }),
  'task.intervention_needed': status.extend(neededEventShape),
  'task.takeover_started': status.extend({ by: actorRefSchema }),
  'task.takeover_ended': status.extend({ by: actorRefSchema, reason: z.enum(CONTROL_ENDS) }),
  'task.paused': status.extend(parkedEventShape),
  'task.resumed': status.extend({ by: actorRefSchema }),
  'task.awaiting_delivery': status.extend({ reason: z.string() }),
  'task.document_received': z.object({
    via: z.enum(['mail', 'upload']).meta({ description: 'How it came, beside what a run downloads.' }),
    uploadId: orNull(idSchema('upload')),
    verdict: z.enum(['accepted', 'kept', 'refused']).meta({
      description:
        '`accepted`: it is the invoice of the task, which completes. `kept`: the task had ended; its ticket is issued from here on, its state stays. `refused`: it proves nothing for this task; only uploads are told of it.',
    }),
    uuid: orNull(z.string()).meta({ description: 'Of the invoice in it, where one was read.' }),
    what: z
      .array(z.string())
      .meta({ description: 'Why it was refused: codes of findings, or `no_cfdi`, `not_vouched_for`.' }),
  }),
  'task.cancel_requested': status,
  'task.completed': status.extend({ cfdi: cfdiFacts }),
  'task.failed': status.extend({ failure: failureSchema }),
  'task.cancelled': status,
  'session.started': z.object({ sessionId: z.string() }),
  'session.ended': z.object({ sessionId: z.string() }),
  'artifact.created': z.object({ artifactId: z.string(), kind: z.string(), size: z.int() }),
  'cfdi.cancelled': cfdiFacts.extend({ taskId: idSchema('task') }),
  'webhook_endpoint.disabled': z.object({
    endpointId: idSchema('webhookEndpoint'),
    reason: z.enum(['gone', 'failing']),
    failingSince: orNull(timestampSchema),
  }),
} as const;

export type EventType = keyof typeof EVENT_DATA;
export const EVENT_TYPES = Object.keys(EVENT_DATA) as [EventType, ...EventType[]];
export type EventData<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

/**
 * Events that tell of no task: their `taskId`, `externalId` and `sequence` are null. An invoice's is one of them, for invoices
 * outlive the tasks that brought them.
 */
const TENANT_EVENT_TYPES = ['cfdi.cancelled', 'webhook_endpoint.disabled'] as const;
export type TenantEventType = (typeof TENANT_EVENT_TYPES)[number];
export type TaskEventType = Exclude<EventType, TenantEventType>;

const placeInTask = {
  taskId: idSchema('task'),
  externalId: z.string().nullable().meta({ description: 'Your own id of the task.' }),
  sequence: z.int().meta({ description: 'Counts the events of one task from 1, without gaps.' }),
};
const noTask = { taskId: z.null(), externalId: z.null(), sequence: z.null() };

function isTenantEvent(type: EventType): type is TenantEventType {
  return (TENANT_EVENT_TYPES as readonly EventType[]).includes(type);
}

function eventSchemaOf<T extends EventType>(type: T) {
  const name = type.split(/[._]/).map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return z
    .object({
      id: idSchema('event'),
      type: z.literal(type),
      createdAt: timestampSchema,
      mode: modeSchema,
      ...(isTenantEvent(type) ? noTask : placeInTask),
      data: EVENT_DATA[type],
    })
    .meta({ id: `${name.join('')}Event` });
}

const variants = EVENT_TYPES.map((type) => eventSchemaOf(type));

export const eventSchema = z
  .discriminatedUnion('type', variants as [(typeof variants)[number], ...(typeof variants)[number][]])
  .meta({
    id: 'Event',
    description: 'One thing that happened. `type` tells the shape of `data`; new types may come.',
  });

/** One event on the wire. `type` tells the shape of `data`. */
export type Event = {
  [T in EventType]: {
    id: string;
    type: T;
    createdAt: string;
    mode: 'live' | 'test';
    data: EventData<T>;
  } & (T extends TenantEventType
    ? { taskId: null; externalId: null; sequence: null }
    : { taskId: string; externalId: string | null; sequence: number });
}[EventType];
export const eventListSchema = listOf('EventList', eventSchema);
