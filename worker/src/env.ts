/** What the worker reads from its environment: parsed once, all problems at once, values never printed. */
import { SAT_STATUS_URL } from '@cfdi-live/cfdi';
import { z } from 'zod';

const optional = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === '' ? undefined : value));

/** Where a register is asked; `off`, or nothing where that is the default: nowhere. */
const registerUrl = (fallback: string) =>
  z
    .string()
    .optional()
    .transform((value) => (value === undefined || value === '' ? fallback : value))
    .refine((value) => value === 'off' || URL.canParse(value), { error: 'a URL, or off' })
    .transform((value) => (value === 'off' ? null : value));

/** A whole number from 1, or nothing: no limit. */
const limit = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.coerce.number().int().min(1).optional(),
);

/** 0 to 65535, or nothing. */
const port = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.coerce.number().int().min(0).max(65_535).optional(),
);

const domain = optional
  .transform((value) => value?.toLowerCase())
  .refine((value) => value === undefined || /^([a-z\d-]{1,63}\.)+[a-z\d-]{2,63}$/.test(value), {
    error: 'a domain name',
  });

const envSchema = z.object({
  DATABASE_URL: z.string().min(1).describe('postgres:// URL of the role cfdi_worker'),
  DATABASE_DIRECT_URL: optional.describe('direct (not pooled) connection for LISTEN; default DATABASE_URL'),
  REDIS_URL: optional,
  QUEUE_DATABASE_URL: optional.describe(
    "BullMQ's Postgres backend, where REDIS_URL is not set; default DATABASE_URL",
  ),
  QUEUE_PREFIX: z.string().default('cfdi'),
  SUPABASE_URL: z.url(),
  SUPABASE_SECRET_KEY: z.string().min(1),
  STORAGE_BUCKET: z.string().default('artifacts'),
  ENCRYPTION_KEYS: z.string().min(1),
  BROWSERBASE_API_KEY: z.string().min(1),
  BROWSERBASE_PROJECT_ID: optional,
  BROWSERBASE_BASE_URL: optional,
  DEPLOYMENT_ID: optional.describe(
    'tags the browsers of this deployment; default: an id that was made with the database',
  ),
  BROWSER_MAX_SESSIONS: z.coerce.number().int().min(1).default(3),
  BROWSER_CREATIONS_PER_MINUTE: limit.describe('browsers that the provider makes in a minute'),
  BROWSER_COUNTRY: z.string().default('MX').describe('ISO country of the browsers; "none" asks for no proxy'),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(3),
  WORKER_MAX_RUNS: limit.describe('runs after which the process asks to be started anew'),
  WORKER_MAX_RSS_MB: limit.describe('memory above which it does, at the end of a run'),
  ALLOWED_PRIVATE_HOSTS: z.string().default(''),
  SANDBOX_HOSTS: z.string().default('').describe('portals of test tasks, which reach no other host'),
  INBOUND_DOMAIN: domain.describe("of the tasks' mail addresses; without it portals are told the profile's"),
  SMTP_PORT: port.describe('where mail for INBOUND_DOMAIN comes in; 0: any free one; nothing: not here'),
  SMTP_HOST: z.string().default('0.0.0.0'),
  SMTP_TLS_KEY_FILE: optional.describe('PEM; with SMTP_TLS_CERT_FILE, STARTTLS is offered'),
  SMTP_TLS_CERT_FILE: optional,
  SAT_CA_DIR: optional,
  SAT_CERT_DIR: optional,
  SAT_PAC_RFCS: z.string().default('').describe('PACs whose certificates may be fetched from SAT'),
  SAT_STATUS_URL: registerUrl(SAT_STATUS_URL).describe("SAT's register, asked about live invoices"),
  SANDBOX_SAT_STATUS_URL: registerUrl('off').describe('what is asked about invoices of test tasks'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type WorkerEnv = z.infer<typeof envSchema>;

/** What belongs together. */
const checkedSchema = envSchema
  .refine((env) => env.SMTP_PORT === undefined || env.INBOUND_DOMAIN !== undefined, {
    path: ['INBOUND_DOMAIN'],
    error: 'SMTP_PORT needs it: mail comes in for this domain only',
  })
  .refine((env) => (env.SMTP_TLS_KEY_FILE === undefined) === (env.SMTP_TLS_CERT_FILE === undefined), {
    path: ['SMTP_TLS_CERT_FILE'],
    error: 'a key and its certificate come together',
  });

/** Thrown with every problem of the environment in one message; holds names and rules, never values. */
export class InvalidEnvironment extends Error {
  constructor(problems: string[]) {
    super(
      `The worker's environment is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nSee .env.example.`,
    );
    this.name = 'InvalidEnvironment';
  }
}

export function parseWorkerEnv(source: Record<string, string | undefined>): WorkerEnv {
  const parsed = checkedSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new InvalidEnvironment(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  );
}

/** `host` or `host:port` entries of a comma list. */
export function hostList(value: string): string[] {
  return entriesOf(value.toLowerCase());
}

/** RFCs of a comma list. */
export function rfcList(value: string): string[] {
  return entriesOf(value.toUpperCase());
}

function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
