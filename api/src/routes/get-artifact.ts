import { artifactSchema } from '@cfdi-live/contract';
import { getArtifact } from '@cfdi-live/domain';
import { ARTIFACT_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentArtifact } from '../present/artifact.ts';

export const getArtifactOperation = operation(
  {
    method: 'get',
    path: '/v1/artifacts/{id}',
    operationId: 'getArtifact',
    tags: ['Artifacts'],
    summary: 'Get an artifact',
    description: 'Name, type, size and hash of a file; its bytes are at `/content`.',
    scope: 'artifacts:read',
    request: { params: idParam('artifact') },
    responses: { 200: json(artifactSchema, 'The artifact.', ARTIFACT_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const artifact = await getArtifact(services, principal, uuidOf('artifact', c.req.valid('param').id));
    if (artifact === null) return problem(c, 'not_found', { detail: 'There is no such artifact.' });
    return c.json(presentArtifact(artifact), 200);
  },
);
