import { createTaskSchema, encodeId, taskSchema } from '@cfdi-live/contract';
import { createTask } from '@cfdi-live/domain';
import { CREATE_TASK_EXAMPLE, TASK_EXAMPLE } from '../examples.ts';
import { hintAdmission } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const createTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks',
    operationId: 'createTask',
    tags: ['Tasks'],
    summary: 'Create a task',
    description:
      "Asks for the CFDI of one ticket. What can be known without a browser is checked first. A ticket has at most one live task: a second request for it answers `duplicate_ticket` with the first one's `taskId`.",
    scope: 'tasks:write',
    request: { body: jsonBody(createTaskSchema, CREATE_TASK_EXAMPLE) },
    responses: { 201: json(taskSchema, 'The task, waiting for a browser.', TASK_EXAMPLE) },
    problems: [
      'invalid_request',
      'not_found',
      'duplicate_ticket',
      'ticket_in_doubt',
      'external_id_taken',
      'ticket_invalid',
      'profile_invalid',
      'url_not_allowed',
    ],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const body = c.req.valid('json');
    const profileId = body.profileId === undefined ? undefined : uuidOf('profile', body.profileId);
    const outcome = await createTask(services, principal, { ...body, profileId });
    if (outcome.kind === 'created') {
      hintAdmission(services, requestId);
      const task = presentTask(outcome.task);
      return c.json(task, 201, { location: `/v1/tasks/${task.id}` });
    }
    if ('taskId' in outcome) {
      const taskId = encodeId('task', outcome.taskId);
      return problem(c, outcome.kind, { detail: CONFLICTS[outcome.kind], taskId });
    }
    if ('errors' in outcome) {
      const { code, detail } = REFUSALS[outcome.kind];
      return problem(c, code, { detail, errors: outcome.errors });
    }
    const message = 'There is no such profile.';
    return problem(c, 'not_found', {
      detail: message,
      errors: [{ path: 'profileId', code: 'not_found', message }],
    });
  },
);

/** What is in the way is another task. */
const CONFLICTS = {
  duplicate_ticket: 'This ticket is being invoiced, or has been. Read the task it belongs to.',
  ticket_in_doubt: 'An earlier task may have invoiced this ticket. Do not request it elsewhere.',
  external_id_taken: 'Another task has this externalId.',
} as const;

/** What is in the way is in the request. */
const REFUSALS = {
  schedule_invalid: { code: 'invalid_request', detail: 'The task could never start in time.' },
  ticket_invalid: { code: 'ticket_invalid', detail: 'No vendor can invoice this ticket as it stands.' },
  url_not_allowed: {
    code: 'url_not_allowed',
    detail: "The vendor's address may not be visited with this key. `errors` says why.",
  },
  profile_invalid: {
    code: 'profile_invalid',
    detail: 'SAT would refuse an invoice made out to this profile.',
  },
} as const;
