import { artifactListSchema } from '@cfdi-live/contract';
import { listArtifacts } from '@cfdi-live/domain';
import { ARTIFACT_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, listQuery, pageOf, uuidOf } from '../http/schemas.ts';
import { presentArtifact } from '../present/artifact.ts';
import { presentPage } from '../present/common.ts';

export const listTaskArtifactsOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks/{id}/artifacts',
    operationId: 'listTaskArtifacts',
    tags: ['Artifacts'],
    summary: 'List the files of a task',
    description: "The CFDI's XML and PDF, and screenshots that are evidence of a failure. Newest first.",
    scope: 'artifacts:read',
    request: { params: idParam('task'), query: listQuery },
    responses: { 200: json(artifactListSchema, 'A page of artifacts.', pageOf(ARTIFACT_EXAMPLE)) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const taskId = uuidOf('task', c.req.valid('param').id);
    const page = await listArtifacts(services, principal, taskId, c.req.valid('query'));
    if (page === null) return problem(c, 'not_found', { detail: 'There is no such task.' });
    return c.json(presentPage(page, presentArtifact), 200);
  },
);
