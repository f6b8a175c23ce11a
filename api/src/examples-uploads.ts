/** An upload, as the document shows it. */
import type { Upload } from '@cfdi-live/contract';
import { TASK_EXAMPLE } from './examples.ts';

export const UPLOAD_EXAMPLE: Upload = {
  id: 'upl_01kaf3v6n0e8sb9c1m5r7t2wxy',
  taskId: TASK_EXAMPLE.id,
  size: 5412,
  createdAt: '2026-11-21T18:30:00.000Z',
};
