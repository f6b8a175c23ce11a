/** A profile: the fiscal identity an invoice is made out to (receptor). */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, listQuerySchema, modeSchema, orNull, textSchema, timestampSchema } from './common.ts';

/** Further data of the taxpayer that some portals ask for. */
export const companyDetailsSchema = z
  .record(z.string().min(1).max(60), textSchema(300))
  .refine((value) => Object.keys(value).length <= 20, { error: 'at most 20 keys' })
  .meta({
    id: 'CompanyDetails',
    description:
      'Further data of the taxpayer that some portals ask for, by name. Stored encrypted, typed only where a portal asks.',
    examples: [{ telefono: '477 123 4567', calle: 'Hidalgo 12' }],
  });
export type CompanyDetails = z.infer<typeof companyDetailsSchema>;

const externalId = textSchema(200).meta({ description: 'Your own id, unique per RFC.' });
const fields = {
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
    .meta({ description: 'Of the fiscal address.', examples: ['36257'] }),
  cfdiUse: z
    .string()
    .regex(/^[A-Z]{1,2}\d{2}$/)
    .meta({ description: 'SAT c_UsoCFDI.', examples: ['G03'] }),
  email: z
    .email()
    .max(254)
    .meta({
      description: 'What portals are given where they ask for one.',
      examples: ['facturas@example.com'],
    }),
};

/** The fiscal data itself. Rules between the fields (regime × person × use) are the domain's pre-flight. */
export const profileInputSchema = z
  .strictObject({
    externalId: externalId.optional(),
    ...fields,
    cfdiUse: fields.cfdiUse.default('G03'),
    companyDetails: companyDetailsSchema.optional(),
  })
  .meta({ id: 'ProfileInput', description: 'The fiscal identity that an invoice is made out to.' });
export type ProfileInput = z.infer<typeof profileInputSchema>;

/** The values a browser types and a proof compares with: a profile without ids. */
export type ProfileFacts = Omit<ProfileInput, 'externalId'>;

/** What is left out stays as it is; null takes away what may be missing. */
export const updateProfileSchema = z
  .strictObject({
    ...fields,
    externalId: orNull(externalId),
    companyDetails: orNull(companyDetailsSchema),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, { error: 'nothing to change' })
  .meta({ id: 'UpdateProfile' });
export type UpdateProfile = z.infer<typeof updateProfileSchema>;

/** A profile to be looked at: any text passes, for what is wrong with it is the answer. */
export const validateProfileSchema = z
  .strictObject({
    rfc: z
      .string()
      .max(100)
      .meta({ examples: ['CACX7605101P8'] }),
    fullName: z
      .string()
      .max(1000)
      .meta({ examples: ['XOCHILT CASAS CHAVEZ'] }),
    fiscalRegime: z.string().max(100).meta({ description: 'SAT c_RegimenFiscal.' }),
    postalCode: z.string().max(100).meta({ description: 'Of the fiscal address.' }),
    cfdiUse: z.string().max(100).default('G03').meta({ description: 'SAT c_UsoCFDI.' }),
    email: z.string().max(1000).optional(),
  })
  .meta({ id: 'ValidateProfile', description: 'Any text passes: what is wrong with it is the answer.' });
export type ValidateProfile = z.infer<typeof validateProfileSchema>;

const findingSchema = z.object({ path: z.string(), code: z.string(), message: z.string() });

export const profileValidationSchema = z
  .object({
    valid: z.boolean().meta({ description: 'Whether a profile with these values would be taken.' }),
    errors: z.array(findingSchema).meta({ description: 'What SAT or we would refuse.' }),
    warnings: z.array(findingSchema).meta({ description: 'What is only doubtful.' }),
    normalized: orNull(
      z.object({
        rfc: z.string(),
        fullName: z.string(),
        fiscalRegime: z.string(),
        postalCode: z.string(),
        cfdiUse: z.string(),
        email: z.string().nullable(),
      }),
    ).meta({ description: "The values in the spelling of SAT's register; null when they are not valid." }),
  })
  .meta({ id: 'ProfileValidation' });
export type ProfileValidation = z.infer<typeof profileValidationSchema>;

export const profileSchema = z
  .object({
    id: idSchema('profile'),
    externalId: z.string().nullable(),
    rfc: z.string(),
    fullName: z.string(),
    fiscalRegime: z.string().meta({ description: 'SAT c_RegimenFiscal.' }),
    postalCode: z.string().meta({ description: 'Of the fiscal address.' }),
    cfdiUse: z.string().meta({ description: 'SAT c_UsoCFDI, where a task says no other.' }),
    email: z.string(),
    companyDetails: orNull(companyDetailsSchema),
    mode: modeSchema,
    warnings: z
      .array(findingSchema)
      .meta({ description: 'What is only doubtful: a check digit, a company type in the name.' }),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof profileSchema>;
export const profileListSchema = listOf('ProfileList', profileSchema);

export const profileListQuerySchema = listQuerySchema.extend({
  rfc: textSchema(20).optional().meta({ description: 'Only profiles of this RFC.' }),
  externalId: z.string().max(200).optional().meta({ description: 'Only profiles with this id of yours.' }),
});
export type ProfileListQuery = z.infer<typeof profileListQuerySchema>;
