/** What the API reads from its environment: parsed once, all problems at once, values never printed. */
import { createKeyRing, InvalidKeyRing } from '@cfdi-live/db';
import { z } from 'zod';

/** A variable that is set to nothing is not set. */
const optional = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL is needed' });

/** Comma list of `host` or `host:port`. */
const hostList = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ''),
  );

const envSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000).describe('0: any free port'),
  HOST: z.string().min(1).default('0.0.0.0'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  DATABASE_URL: postgresUrl.describe('as the role cfdi_api'),
  DATABASE_DIRECT_URL: optional
    .pipe(postgresUrl.optional())
    .describe('direct (not pooled) connection for LISTEN; default DATABASE_URL'),
  REDIS_URL: optional,
  QUEUE_DATABASE_URL: optional
    .pipe(postgresUrl.optional())
    .describe("BullMQ's Postgres backend, where REDIS_URL is not set; default DATABASE_URL"),
  QUEUE_PREFIX: z.string().default('cfdi'),
  SUPABASE_URL: z.url({ protocol: /^https?$/ }),
  SUPABASE_SECRET_KEY: z.string().min(1),
  SUPABASE_JWT_ISSUER: optional
    .pipe(z.url({ protocol: /^https?$/ }).optional())
    .describe('`iss` of access tokens; default <SUPABASE_URL>/auth/v1'),
  SUPABASE_JWKS_URL: optional
    .pipe(z.url({ protocol: /^https?$/ }).optional())
    .describe('public keys of Supabase Auth; default <SUPABASE_URL>/auth/v1/.well-known/jwks.json'),
  SUPABASE_JWT_SECRET: optional
    .pipe(z.string().min(32).optional())
    .describe('the shared secret of a project that signs by HS256'),
  STORAGE_BUCKET: z.string().min(1).default('artifacts'),
  ENCRYPTION_KEYS: z.string().transform((text, context) => {
    try {
      return createKeyRing(text);
    } catch (error) {
      if (!(error instanceof InvalidKeyRing)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  }),
  TRUST_PROXY_HOPS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('proxies of yours before the API that write X-Forwarded-For; 0: none is believed'),
  ALLOWED_PRIVATE_HOSTS: hostList,
  SANDBOX_HOSTS: hostList.describe('portals of test keys; none: a test key can create no task'),
});

export type ApiEnvironment = z.infer<typeof envSchema>;

export type ParsedEnvironment =
  | { ok: true; env: ApiEnvironment }
  /** Names and rules, never values. */
  | { ok: false; problems: string[] };

export function parseEnvironment(source: Readonly<Record<string, string | undefined>>): ParsedEnvironment {
  const parsed = envSchema.safeParse(source);
  if (parsed.success) return { ok: true, env: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.map(String).join('.');
    return source[name] === undefined ? `${name} is not set` : `${name}: ${message}`;
  });
  return { ok: false, problems };
}
