import { z } from 'zod';
import { operation } from '../http/operation.ts';
import { json } from '../http/schemas.ts';

export const healthLiveOperation = operation(
  {
    method: 'get',
    path: '/health/live',
    operationId: 'getLiveness',
    tags: ['Health'],
    summary: 'Is the process alive?',
    description: 'Answers without asking anything else.',
    scope: null,
    responses: { 200: json(z.object({ status: z.literal('up') }), 'It is.', { status: 'up' }) },
    problems: [],
  },
  async (c) => c.json({ status: 'up' as const }, 200),
);
