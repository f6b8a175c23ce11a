/** A profile: the fiscal identity an invoice is made out to (receptor). */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, modeSchema, textSchema, timestampSchema } from './common.ts';

/** The fiscal data itself. Rules between the fields (regime × person × use) are the domain's pre-flight. */
export const profileInputSchema = z
  .strictObject({
    externalId: textSchema(200).optional().meta({ description: 'Your own id, unique per RFC.' }),
    rfc: textSchema(20).meta({ description: 'RFC of the receptor.', examples: ['CACX7605101P8'] }),
    fullName: textSchema(300).meta({
      description: 'Name as in the Constancia de Situación Fiscal, without the company type.',
      examples: ['XOCHILT CASAS CHAVEZ'],
    }),
    fiscalRegime: z
      .string()
      .regex(/^\d{3}$/)
      .meta({ description: 'SAT c_RegimenFiscal.', examples: ['612'] }),
    postalCode: z
      .string()
      .regex(/^\d{5}$/)
      .meta({ examples: ['36257'] }),
    cfdiUse: z
      .string()
      .regex(/^[A-Z]{1,2}\d{2}$/)
      .default('G03')
      .meta({ description: 'SAT c_UsoCFDI.', examples: ['G03'] }),
    email: z
      .email()
      .max(254)
      .meta({ examples: ['facturas@example.com'] }),
  })
  .meta({ id: 'ProfileInput' });
export type ProfileInput = z.infer<typeof profileInputSchema>;

/** The values a browser types and a proof compares with: a profile without ids. */
export type ProfileFacts = Omit<ProfileInput, 'externalId'>;

export const profileSchema = z
  .object({
    id: idSchema('profile'),
    externalId: z.string().nullable(),
    rfc: z.string(),
    fullName: z.string(),
    fiscalRegime: z.string(),
    postalCode: z.string(),
    cfdiUse: z.string(),
    email: z.string(),
    mode: modeSchema,
    warnings: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof profileSchema>;
export const profileListSchema = listOf('ProfileList', profileSchema);
