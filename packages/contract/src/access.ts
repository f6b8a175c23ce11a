/** Who may call: API keys, members, tenants and live tokens. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, modeSchema, orNull, textSchema, timestampSchema } from './common.ts';

/** What an API key may be allowed to do; every operation that keys may call names one. */
export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'profiles:read',
  'profiles:write',
  'credentials:read',
  'credentials:write',
  'artifacts:read',
  'artifacts:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'vendors:read',
  'usage:read',
  'live:write',
  'admin:read',
  'admin:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person may do in a tenant: an owner everything, an admin all but end it or choose its owners, a viewer look. */
export const MEMBER_ROLES = ['owner', 'admin', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** What a live token may do with its task: look, or act in its session too. */
export const LIVE_ACCESS = ['view', 'control'] as const;
export type LiveAccess = (typeof LIVE_ACCESS)[number];

const nameSchema = textSchema(200).meta({ examples: ['Back office'] });
const roleSchema = z.enum(MEMBER_ROLES).meta({
  id: 'MemberRole',
  description:
    '`owner`: everything. `admin`: all but ending the tenant and choosing its owners. `viewer`: looking.',
});
const userIdSchema = z.uuid().meta({
  description: 'The person, as Supabase Auth knows them: `sub` of their token.',
  examples: ['6f0a3c1e-94a4-4bd0-9c0b-1f7a5f3f2d10'],
});

// ── API keys

const scopesSchema = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .meta({ description: 'What the key may do. A key can be given no more than its maker may.' });

/** An end of validity; the use case compares it with the clock. */
const expirySchema = orNull(timestampSchema).meta({
  description: 'When the key stops working; null: never.',
});

export const createApiKeySchema = z
  .strictObject({
    name: nameSchema,
    mode: modeSchema.optional().meta({
      description:
        "The caller's own: another one is refused. A person says theirs by the header `Cfdi-Live-Mode`.",
    }),
    scopes: scopesSchema,
    expiresAt: expirySchema.optional(),
  })
  .meta({ id: 'CreateApiKey' });

export const updateApiKeySchema = z.strictObject({ name: nameSchema }).meta({ id: 'UpdateApiKey' });

/** A day: time to bring the new key everywhere. */
export const DEFAULT_ROTATION_OVERLAP_SECONDS = 86_400;

export const rotateApiKeySchema = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .default(DEFAULT_ROTATION_OVERLAP_SECONDS)
      .meta({ description: 'How long the old key goes on working; 0 ends it at once.' }),
    expiresAt: expirySchema.optional().meta({ description: "Default: as the old key's was." }),
  })
  .meta({ id: 'RotateApiKey' });

export const apiKeySchema = z
  .object({
    id: idSchema('apiKey'),
    name: z.string(),
    mode: modeSchema,
    scopes: z.array(z.enum(SCOPES)).meta({ description: 'What it may do.' }),
    expiresAt: orNull(timestampSchema),
    revokedAt: orNull(timestampSchema),
    lastUsedAt: orNull(timestampSchema).meta({ description: 'To the minute.' }),
    createdAt: timestampSchema,
    key: z.string().optional().meta({
      description: 'The key itself (`cl_…`), shown once, in the answer that makes it.',
    }),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKeySchema>;
export const apiKeyListSchema = listOf('ApiKeyList', apiKeySchema);

// ── Tenants and members

export const createTenantSchema = z.strictObject({ name: nameSchema }).meta({ id: 'CreateTenant' });
/** What a tenant that never said otherwise has. */
export const DEFAULT_DOCUMENT_RETENTION_MONTHS = 60;
const documentRetentionMonthsSchema = z
  .int()
  .min(1)
  .max(360)
  .meta({
    description: `Months that invoices and their files are kept, apart from the tasks that brought them; ${DEFAULT_DOCUMENT_RETENTION_MONTHS} unless changed.`,
  });

/** What a tenant does with an invoice in which nothing is wrong, but that nobody trusted vouches for. */
export const UNAUTHENTICATED_CFDI_POLICIES = ['ask_sat', 'accept', 'reject'] as const;
export type UnauthenticatedCfdiPolicy = (typeof UNAUTHENTICATED_CFDI_POLICIES)[number];
const unauthenticatedCfdisSchema = z.enum(UNAUTHENTICATED_CFDI_POLICIES).meta({
  description:
    'What becomes of an invoice in which nothing is wrong, but that no trusted certificate vouches for. `ask_sat`, unless changed: the task waits for the answer of SAT; in test mode, which SAT knows nothing of, it is accepted. `accept`, `reject`: at once.',
});

/** Which mail address portals are told. */
export const MAILBOXES = ['task', 'profile'] as const;
export type MailboxPolicy = (typeof MAILBOXES)[number];
const mailboxSchema = z.enum(MAILBOXES).meta({
  description:
    'The mail address that portals are told. `task`, unless changed: one of the platform, made for the task, so that an invoice which comes by mail completes it. `profile`: the one of the fiscal profile; what is mailed there the platform does not see.',
});

export const updateTenantSchema = z
  .strictObject({
    name: nameSchema.optional(),
    documentRetentionMonths: documentRetentionMonthsSchema.optional(),
    unauthenticatedCfdis: unauthenticatedCfdisSchema.optional(),
    mailbox: mailboxSchema.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, { error: 'say what to change' })
  .meta({ id: 'UpdateTenant' });
export type UpdateTenant = z.infer<typeof updateTenantSchema>;

export const tenantSchema = z
  .object({
    id: idSchema('tenant'),
    name: z.string(),
    plan: z.enum(['standard', 'unlimited']).meta({ description: 'It sets quotas and rate limits.' }),
    documentRetentionMonths: documentRetentionMonthsSchema,
    unauthenticatedCfdis: unauthenticatedCfdisSchema,
    mailbox: mailboxSchema,
    role: orNull(roleSchema).meta({ description: "The caller's role in it; null for an API key." }),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.infer<typeof tenantSchema>;
export const tenantListSchema = listOf('TenantList', tenantSchema);

export const signedUpTenantSchema = tenantSchema
  .extend({ apiKey: apiKeySchema.meta({ description: 'A first key, in test mode, with every scope.' }) })
  .meta({ id: 'SignedUpTenant' });
export type SignedUpTenant = z.infer<typeof signedUpTenantSchema>;

export const addMemberSchema = z
  .strictObject({ userId: userIdSchema, role: roleSchema })
  .meta({ id: 'AddMember' });
export const updateMemberSchema = z.strictObject({ role: roleSchema }).meta({ id: 'UpdateMember' });

export const memberSchema = z
  .object({
    id: idSchema('member'),
    userId: userIdSchema,
    role: roleSchema,
    createdAt: timestampSchema,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof memberSchema>;
export const memberListSchema = listOf('MemberList', memberSchema);

// ── Live tokens

/** A live token lasts no longer than this. */
export const MAX_LIVE_TOKEN_SECONDS = 900;

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+\.localhost)$/;

/** Whether this is an origin as a browser writes it, by TLS unless it is this machine. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname)));
}

const originSchema = z
  .string()
  .max(300)
  .refine(isOrigin, { error: 'an origin is needed: https://, host, and a port where it has one' })
  .meta({
    description: 'The one page origin that may use the token. `http` only on localhost.',
    examples: ['https://app.example.com'],
  });

export const createLiveTokenSchema = z
  .strictObject({
    mode: z.enum(LIVE_ACCESS).meta({ description: '`control` includes `view`.' }),
    ttlSeconds: z
      .int()
      .min(10)
      .max(MAX_LIVE_TOKEN_SECONDS)
      .default(300)
      .meta({ description: 'How long it works. When the task ends, looking live and acting end before.' }),
    origin: originSchema,
    actor: z
      .strictObject({
        id: textSchema(100).meta({ description: 'Your own id of the person.', examples: ['user_81'] }),
        label: textSchema(100).meta({ description: 'Their name, as others see it.', examples: ['Ana'] }),
      })
      .meta({ description: 'The person who will look or act; kept for the audit, encrypted.' }),
  })
  .meta({ id: 'CreateLiveToken' });

export const liveTokenSchema = z
  .object({
    id: idSchema('liveToken'),
    taskId: idSchema('task'),
    mode: z.enum(LIVE_ACCESS),
    origin: z.string().meta({ description: 'The one page origin that may use it.' }),
    actor: z
      .object({ id: z.string(), label: z.string() })
      .meta({ description: 'The person it was made for.' }),
    expiresAt: timestampSchema,
    token: z.string().optional().meta({
      description: 'The token itself (`clt_…`), shown once, in the answer that makes it.',
    }),
  })
  .meta({ id: 'LiveToken' });
export type LiveToken = z.infer<typeof liveTokenSchema>;
