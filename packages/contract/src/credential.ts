/** A credential: a login of a profile for a vendor's portal. Its secrets go in and never come out. */
import { z } from 'zod';
import { listOf, listQuerySchema, modeSchema, orNull, textSchema, timestampSchema } from './common.ts';
import { idSchema } from './ids.ts';

// A password is taken as it is: a space at its end may belong to it.
const password = z
  .string()
  .min(1)
  .max(500)
  .meta({ description: 'Write-only.', examples: ['…'] });
const username = textSchema(254).meta({ description: 'Write-only; only a hint of it is shown.' });
const totpSecret = z.string().min(1).max(1000).meta({
  description:
    'Secret of time-based one-time codes: base 32, or the otpauth:// URI that the QR code of the portal holds. Write-only.',
});
const additionalFields = z
  .record(z.string().min(1).max(60), z.string().min(1).max(500))
  .refine((value) => Object.keys(value).length <= 20, { error: 'at most 20 keys' })
  .meta({ description: "What else the portal's login asks for, by its label. Values are write-only." });

export const createCredentialSchema = z
  .strictObject({
    profileId: idSchema('profile'),
    vendorUrl: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .meta({
        description: 'Any address of the portal: its registrable domain is kept.',
        examples: ['https://facturacion.example.com.mx/'],
      }),
    username,
    password: password.optional(),
    totpSecret: totpSecret.optional(),
    additionalFields: additionalFields.optional(),
  })
  .meta({ id: 'CreateCredential' });
export type CreateCredential = z.infer<typeof createCredentialSchema>;

/** What is left out stays as it is; null takes away what may be missing. */
export const updateCredentialSchema = z
  .strictObject({
    username,
    password: orNull(password),
    totpSecret: orNull(totpSecret),
    additionalFields: orNull(additionalFields),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, { error: 'nothing to change' })
  .meta({ id: 'UpdateCredential' });
export type UpdateCredential = z.infer<typeof updateCredentialSchema>;

export const credentialSchema = z
  .object({
    id: idSchema('credential'),
    profileId: idSchema('profile'),
    vendorDomain: z
      .string()
      .meta({ description: 'The registrable domain it is for.', examples: ['example.com.mx'] }),
    usernameHint: z.string().meta({ description: 'Enough to recognise the login by.', examples: ['x…t@d…'] }),
    hasPassword: z.boolean().meta({ description: 'Whether a password is kept.' }),
    hasTotp: z.boolean().meta({ description: 'Whether a secret of one-time codes is kept.' }),
    additionalFieldNames: z
      .array(z.string())
      .meta({ description: 'Names of the further fields that are kept.' }),
    mode: modeSchema,
    lastUsedAt: orNull(timestampSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credentialSchema>;
export const credentialListSchema = listOf('CredentialList', credentialSchema);

export const credentialListQuerySchema = listQuerySchema.extend({
  profileId: idSchema('profile').optional(),
});
export type CredentialListQuery = z.infer<typeof credentialListQuerySchema>;
