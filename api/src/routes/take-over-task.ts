import { taskSchema } from '@cfdi-live/contract';
import { takeOver } from '@cfdi-live/domain';
import { CONTROLLED_EXAMPLE, RUNNING_EXAMPLE } from '../examples-parking.ts';
import { hintResumed } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { LEASE_HELD, problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const takeOverTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/takeover',
    operationId: 'takeOverTask',
    tags: ['Tasks'],
    summary: "Take control of a task's browser",
    description:
      "Gives the caller control of the browser of a task that waits for a person or is paused: one holder at a time. Control that is not used for 60 seconds ends; asking again while one has it renews it, and `resume` hands it back. A task at work is asked to pause first, and one whose browser was released gets another: both answer 202, and `task.takeover_started` tells when control is the caller's. Because a person may do what we would have marked, the ticket counts as in doubt meanwhile.",
    scope: 'tasks:write',
    liveToken: 'control',
    request: { params: idParam('task') },
    responses: {
      200: json(taskSchema, 'Control is yours.', CONTROLLED_EXAMPLE),
      202: json(taskSchema, 'Control will be yours: wait for `task.takeover_started`.', {
        ...RUNNING_EXAMPLE,
        pauseRequested: true,
        control: {
          holder: { type: 'api_key', id: 'key_01kaf3x2m4p6r8t0v2x4z6b8d0', label: null },
          since: null,
        },
      }),
    },
    problems: ['not_found', 'task_state_conflict', 'lease_held'],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const outcome = await takeOver(services, principal, uuidOf('task', c.req.valid('param').id));
    switch (outcome.kind) {
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'held':
        return problem(c, 'lease_held', LEASE_HELD);
      case 'conflict':
        return problem(c, 'task_state_conflict', {
          detail: `A task that is ${outcome.task.status} has no browser to take control of.`,
        });
      case 'wanted':
        if (outcome.task.status === 'PENDING') hintResumed(services, outcome.task, requestId);
        return c.json(presentTask(outcome.task), 202);
      case 'granted':
      case 'renewed':
        return c.json(presentTask(outcome.task), 200);
    }
  },
);
