import { taskSchema } from '@cfdi-live/contract';
import { resumeTask } from '@cfdi-live/domain';
import { RESUMED_EXAMPLE } from '../examples-parking.ts';
import { hintResumed } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { LEASE_HELD, problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const resumeTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/resume',
    operationId: 'resumeTask',
    tags: ['Tasks'],
    summary: 'Resume a task, hand control back',
    description:
      'Sends a task on that waits for a person or is paused. Where its browser was kept, the work goes on in it, from what the page shows now; otherwise it begins anew, first in line. Whoever has control hands it back by this. Of a task that was only asked to pause, or to be handed over, it takes that back.',
    scope: 'tasks:write',
    liveToken: 'control',
    request: { params: idParam('task') },
    responses: { 202: json(taskSchema, 'The task, on its way.', RESUMED_EXAMPLE) },
    problems: ['not_found', 'task_state_conflict', 'lease_held'],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const outcome = await resumeTask(services, principal, uuidOf('task', c.req.valid('param').id));
    switch (outcome.kind) {
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'held':
        return problem(c, 'lease_held', LEASE_HELD);
      case 'conflict':
        return problem(c, 'task_state_conflict', {
          detail: `A task that is ${outcome.task.status} does not wait for this.`,
        });
      case 'resumed':
        hintResumed(services, outcome.task, requestId);
        return c.json(presentTask(outcome.task), 202);
      case 'withdrawn':
        return c.json(presentTask(outcome.task), 202);
    }
  },
);
