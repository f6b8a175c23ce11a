import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failure, json } from '../reply.ts';
import type { Route } from '../route.ts';

/** `POST /v1/sessions/{id}/uploads` (multipart, field `file`): the browser then finds it as `/tmp/.uploads/<name>`. */
export const createUploadRoute: Route = {
  on: 'session',
  method: 'POST',
  path: '/uploads',
  handle: async ({ body, contentType }, session) => {
    if (session.browser() === undefined) return failure(410, 'Session is not running');
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
      .formData()
      .catch(() => undefined);
    const file = form?.get('file');
    if (!(file instanceof File)) return failure(400, 'body must have a file in the field "file"');
    const name = path.basename(file.name.replaceAll('\\', '/'));
    if (name === '' || name === '.' || name === '..') return failure(400, 'body/file must have a file name');
    await writeFile(path.join(session.folders.uploads, name), new Uint8Array(await file.arrayBuffer()));
    return json(200, { message: 'File uploaded successfully' });
  },
};
