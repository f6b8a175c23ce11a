import { readArtifact } from '@cfdi-live/domain';
import { z } from 'zod';
import { attachmentNamed } from '../http/content-disposition.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const getArtifactContentOperation = operation(
  {
    method: 'get',
    path: '/v1/artifacts/{id}/content',
    operationId: 'getArtifactContent',
    tags: ['Artifacts'],
    summary: 'Download an artifact',
    description: 'The file as it was received, byte by byte.',
    scope: 'artifacts:read',
    liveToken: 'view',
    request: { params: idParam('artifact') },
    responses: {
      200: {
        description: 'The bytes. `Content-Type` is that of the artifact.',
        content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      },
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const read = await readArtifact(services, principal, uuidOf('artifact', c.req.valid('param').id));
    if (read.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such artifact.' });
    if (read.kind === 'bytes_missing') {
      return problem(c, 'not_found', { detail: 'The bytes of this artifact are no longer kept.' });
    }
    return c.body(new Uint8Array(read.bytes), 200, {
      'content-type': read.artifact.contentType,
      'content-length': String(read.bytes.byteLength),
      'content-disposition': attachmentNamed(read.artifact.fileName),
      'cache-control': 'private, no-store',
      // A portal made this file: no browser may treat it as a page of ours.
      'content-security-policy': "default-src 'none'; sandbox",
    });
  },
);
