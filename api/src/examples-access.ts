/** Examples of the OpenAPI document: keys, people, tenants and live tokens. */
import type { z } from 'zod';
import type {
  ApiKey,
  createApiKeySchema,
  createLiveTokenSchema,
  LiveToken,
  Member,
  Tenant,
} from '@cfdi-live/contract';

const AT = '2026-11-20T18:30:00.000Z';

export const CREATE_API_KEY_EXAMPLE: z.input<typeof createApiKeySchema> = {
  name: 'Back office',
  scopes: ['tasks:read', 'tasks:write', 'artifacts:read'],
};

export const API_KEY_EXAMPLE: ApiKey = {
  id: 'key_01kaf3v6n0e8sb9c1m5r7t2wxy',
  name: 'Back office',
  mode: 'live',
  scopes: ['tasks:read', 'tasks:write', 'artifacts:read'],
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: '2026-11-21T09:02:00.000Z',
  createdAt: AT,
};

/** The one answer that shows the key. */
export const NEW_API_KEY_EXAMPLE: ApiKey = {
  ...API_KEY_EXAMPLE,
  lastUsedAt: null,
  key: 'cl_live_01kaf3v6n0e8sb9c1m5r7t2wxy_…',
};

export const TENANT_EXAMPLE: Tenant = {
  id: 'ten_01kaf3v6n0e8sb9c1m5r7t2wxy',
  name: 'Contable del Norte',
  plan: 'standard',
  documentRetentionMonths: 60,
  unauthenticatedCfdis: 'ask_sat',
  mailbox: 'task',
  role: 'owner',
  createdAt: AT,
};

export const MEMBER_EXAMPLE: Member = {
  id: 'mem_01kaf3v6n0e8sb9c1m5r7t2wxy',
  userId: '6f0a3c1e-94a4-4bd0-9c0b-1f7a5f3f2d10',
  role: 'admin',
  createdAt: AT,
};

export const CREATE_LIVE_TOKEN_EXAMPLE: z.input<typeof createLiveTokenSchema> = {
  mode: 'control',
  ttlSeconds: 600,
  origin: 'https://app.example.com',
  actor: { id: 'user_81', label: 'Ana' },
};

export const LIVE_TOKEN_EXAMPLE: LiveToken = {
  id: 'lvt_01kaf3v6n0e8sb9c1m5r7t2wxy',
  taskId: 'task_01kaf3v6n0e8sb9c1m5r7t2wxy',
  mode: 'control',
  origin: 'https://app.example.com',
  actor: { id: 'user_81', label: 'Ana' },
  expiresAt: '2026-11-20T18:40:00.000Z',
  token: 'clt_01kaf3v6n0e8sb9c1m5r7t2wxy_…',
};
