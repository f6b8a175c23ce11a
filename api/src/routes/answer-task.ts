import { answerTaskSchema, taskSchema } from '@cfdi-live/contract';
import { answerTask } from '@cfdi-live/domain';
import { RESUMED_EXAMPLE } from '../examples-parking.ts';
import { hintResumed } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { LEASE_HELD, problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const answerTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/answer',
    operationId: 'answerTask',
    tags: ['Tasks'],
    summary: 'Answer what a task asks',
    description:
      'Gives a waiting task the characters of its picture (`intervention.pictureArtifactId`), or the code that the portal sent to somebody, and sends it on. A wrong one is asked for again, with another picture. Where the browser was released meanwhile (`park: cold`) the question is gone with it: the task begins anew, and asks again. Where no text helps this is 409: take control.',
    scope: 'tasks:write',
    liveToken: 'control',
    request: { params: idParam('task'), body: jsonBody(answerTaskSchema, { value: '7K2QF' }) },
    responses: { 202: json(taskSchema, 'The task, on its way.', RESUMED_EXAMPLE) },
    problems: ['not_found', 'task_state_conflict', 'lease_held'],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const taskId = uuidOf('task', c.req.valid('param').id);
    const outcome = await answerTask(services, principal, taskId, c.req.valid('json').value);
    switch (outcome.kind) {
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'held':
        return problem(c, 'lease_held', LEASE_HELD);
      case 'unanswerable':
        return problem(c, 'task_state_conflict', { detail: 'No text helps here. Take control instead.' });
      case 'conflict':
        return problem(c, 'task_state_conflict', {
          detail: `A task that is ${outcome.task.status} does not ask for anything.`,
        });
      case 'resumed':
        hintResumed(services, outcome.task, requestId);
        return c.json(presentTask(outcome.task), 202);
    }
  },
);
