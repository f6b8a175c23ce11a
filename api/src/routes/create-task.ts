import { createTaskSchema, taskSchema } from '@cfdi-live/contract';
import { createTask } from '@cfdi-live/domain';
import { CREATE_TASK_EXAMPLE, TASK_EXAMPLE } from '../examples.ts';
import { answerJson } from '../http/answer-json.ts';
import { hintAdmission } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { taskInput } from '../http/task-body.ts';
import { presentTask } from '../present/task.ts';
import { describeRefusal, TASK_REFUSAL_CODES } from '../present/task-refusal.ts';

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
    problems: TASK_REFUSAL_CODES,
  },
  async (c) => {
    const services = c.get('services');
    const outcome = await createTask(services, c.get('principal'), taskInput(c.req.valid('json')));
    if (outcome.kind === 'created') {
      hintAdmission(services, c.get('requestId'));
      const task = presentTask(outcome.task);
      return answerJson(c, task, 201, { location: `/v1/tasks/${task.id}` });
    }
    const { code, parts } = describeRefusal(outcome);
    return problem(c, code, parts);
  },
);
