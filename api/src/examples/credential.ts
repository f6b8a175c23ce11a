/** Examples of credentials in the OpenAPI document. */
import type { createCredentialSchema, Credential } from '@cfdi-live/contract';
import type { z } from 'zod';

export const CREATE_CREDENTIAL_EXAMPLE: z.input<typeof createCredentialSchema> = {
  profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1',
  vendorUrl: 'https://facturacion.example.com.mx/',
  username: 'xochilt@despacho.example',
  password: 'correct horse battery staple',
};

export const CREDENTIAL_EXAMPLE: Credential = {
  id: 'cred_01kaf3vb3m5p7r9t1v3x5z7b9d',
  profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1',
  vendorDomain: 'example.com.mx',
  usernameHint: 'x…t@d…',
  hasPassword: true,
  hasTotp: false,
  additionalFieldNames: [],
  mode: 'live',
  lastUsedAt: null,
  createdAt: '2026-11-20T18:30:00.000Z',
  updatedAt: '2026-11-20T18:30:00.000Z',
};
