import { z } from 'zod';

/**
 * What a job of each kind carries: ids, never data of a person. The queue is an accelerator; whoever takes a job
 * reads the row it names and trusts nothing else.
 */
export const PAYLOADS = {
  /** Take a queued task and work on it. `nextFence` is the fence that the claim will raise. */
  run: z.strictObject({ taskId: z.uuid(), nextFence: z.int().positive() }),
  /** Go on with a parked task on its session. */
  resume: z.strictObject({ taskId: z.uuid(), nextFence: z.int().positive() }),
  /** Ask the portal whether a ticket in doubt was invoiced. */
  reconcile: z.strictObject({ taskId: z.uuid(), nextFence: z.int().positive() }),
  /** Look for a CFDI in a stored mail. */
  mail: z.strictObject({ mailId: z.uuid() }),
  /** Send one webhook delivery. */
  webhook: z.strictObject({ deliveryId: z.uuid() }),
  /** Work that belongs to no single row; `work` says which. */
  maintenance: z.strictObject({ work: z.string().regex(/^[a-z][a-z_]{0,40}$/) }),
} as const;

/** A queue of its own for each, so that a flood of one does not delay another. */
export type JobKind = keyof typeof PAYLOADS;

export type JobPayload<Kind extends JobKind> = z.infer<(typeof PAYLOADS)[Kind]>;

export const JOB_KINDS = Object.keys(PAYLOADS) as JobKind[];

/** The checked payload. @throws ZodError when it is not one of that kind. */
export function parsePayload<Kind extends JobKind>(kind: Kind, payload: unknown): JobPayload<Kind> {
  return PAYLOADS[kind].parse(payload) as JobPayload<Kind>;
}
