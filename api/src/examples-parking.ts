/** Examples of tasks that wait for a person. */
import type { Task } from '@cfdi-live/contract';
import { interventionMessage } from '@cfdi-live/contract';
import { TASK_EXAMPLE } from './examples.ts';

const STARTED_AT = '2026-11-20T18:30:02.000Z';
const SINCE = '2026-11-20T18:30:40.000Z';

export const RUNNING_EXAMPLE: Task = { ...TASK_EXAMPLE, status: 'RUNNING', startedAt: STARTED_AT };

/** It waits for the characters of a picture. */
export const INTERVENTION_EXAMPLE: Task = {
  ...TASK_EXAMPLE,
  status: 'INTERVENTION_NEEDED',
  startedAt: STARTED_AT,
  intervention: {
    reason: 'captcha',
    message: interventionMessage('captcha', true),
    vendorMessage: 'Escriba el texto de la imagen',
    since: SINCE,
    until: '2026-11-21T18:30:40.000Z',
    pictureArtifactId: 'art_01kaf3w0h2j4k6m8n0p2q4r6s8',
    park: 'warm',
    answerable: true,
  },
};

export const CONTROLLED_EXAMPLE: Task = {
  ...INTERVENTION_EXAMPLE,
  control: {
    holder: { type: 'live_token', id: 'lvt_01kaf3x2m4p6r8t0v2x4z6b8d0', label: 'Ana' },
    since: '2026-11-20T18:31:05.000Z',
  },
};

export const RESUMED_EXAMPLE: Task = { ...TASK_EXAMPLE, status: 'QUEUED', startedAt: STARTED_AT };
