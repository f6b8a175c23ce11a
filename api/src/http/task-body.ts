import type { CreateTask } from '@cfdi-live/contract';
import type { CreateTaskInput } from '@cfdi-live/domain';
import { uuidOf } from './schemas.ts';

/** The body of a new task with the bare UUIDs of what it names, for every operation that makes tasks. */
export function taskInput(body: CreateTask): CreateTaskInput {
  const { vendorId, profileId, credentialId } = body;
  return {
    ...body,
    vendorId: vendorId === undefined ? undefined : uuidOf('vendor', vendorId),
    profileId: profileId === undefined ? undefined : uuidOf('profile', profileId),
    credentialId: credentialId === undefined ? undefined : uuidOf('credential', credentialId),
  };
}
