/**
 * `npm run tasks:replay`: tries dead letters again, on the API's environment (or a `.env` file). May be stopped at any time and started
 * again: what was replayed is no dead letter any more. See docs/operations/tasks.md.
 */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { decodeId, encodeId, FAILURE_CODES, type FailureCode } from '@cfdi-live/contract';
import { createDatabase } from '@cfdi-live/db';
import { replayDeadLetters, type Replayed, type ReplayInput } from '@cfdi-live/domain';
import { createHostResolver } from '@cfdi-live/webhooks';
import { createVendorCatalogue } from '../adapters/vendor-catalogue.ts';
import { parseEnvironment, type ApiEnvironment } from '../env.ts';

const USAGE = `npm run tasks:replay -- --dry-run      list the dead letters
npm run tasks:replay                   make a new task of each, as a retry of the failed one
                     --code CODE       only those that failed with this code; may be given again
                     --since TIME      only those that failed since: ISO 8601, or 90m, 36h, 7d ago
                     --tenant ID       only this tenant's
                     --limit N         at most so many; default 1000
                     --operator NAME   who is named in the audit log; default: your user name
                     --json            one line of JSON for each, and one with the totals
`;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const { values: given } = parseArgs({
  options: {
    code: { type: 'string', multiple: true },
    since: { type: 'string' },
    tenant: { type: 'string' },
    limit: { type: 'string', default: '1000' },
    operator: { type: 'string', default: userInfo().username },
    'dry-run': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (existsSync('.env')) process.loadEnvFile('.env');
const input = readInput();
const env = readEnvironment();

const database = createDatabase({
  connectionString: env.DATABASE_URL,
  role: 'cfdi_api',
  keyRing: env.ENCRYPTION_KEYS,
  maxConnections: 2,
  log: { warn: () => undefined },
});
const totals: Record<string, number> = {};
try {
  for await (const replayed of replayDeadLetters(depsOf(env), input)) {
    const word = replayed.kind === 'refused' ? replayed.reason : replayed.kind;
    totals[word] = (totals[word] ?? 0) + 1;
    process.stdout.write(given.json ? `${JSON.stringify(factsOf(replayed))}\n` : lineOf(replayed));
  }
} finally {
  await database.close();
}
const summary = Object.entries(totals).map(([word, n]) => `${n} ${word}`);
process.stdout.write(
  given.json
    ? `${JSON.stringify({ totals })}\n`
    : `${summary.length === 0 ? 'no dead letters' : summary.join(', ')}\n`,
);
process.exitCode = Object.keys(totals).every((word) => word === 'found' || word === 'replayed') ? 0 : 2;

function depsOf({ ALLOWED_PRIVATE_HOSTS: allowedPrivateHosts, SANDBOX_HOSTS: sandboxHosts }: ApiEnvironment) {
  return {
    database,
    clock: { now: () => new Date() },
    outbound: { allowedPrivateHosts, resolveHost: createHostResolver({ allowedPrivateHosts }) },
    sandboxHosts,
    vendors: createVendorCatalogue({ load: () => database.system.listVendors() }),
  };
}

function factsOf(replayed: Replayed) {
  const { letter } = replayed;
  return {
    task: encodeId('task', letter.taskId),
    tenant: encodeId('tenant', letter.tenantId),
    mode: letter.mode,
    code: letter.code,
    failedAt: letter.failedAt.toISOString(),
    retryCount: letter.retryCount,
    outcome: replayed.kind,
    ...(replayed.kind === 'replayed' ? { newTask: encodeId('task', replayed.taskId) } : {}),
    ...(replayed.kind === 'refused' ? { reason: replayed.reason } : {}),
  };
}

function lineOf(replayed: Replayed): string {
  const { task, mode, code, failedAt, newTask, reason } = factsOf(replayed);
  const end = newTask === undefined ? (reason ?? '') : `→ ${newTask}`;
  return `${failedAt}  ${task}  ${mode.padEnd(4)}  ${code.padEnd(18)}  ${end}`.trimEnd() + '\n';
}

function readInput(): ReplayInput {
  const limit = Number(given.limit);
  if (!Number.isInteger(limit) || limit < 1) fail('--limit takes a whole number from 1');
  if (!/^[\x21-\x7e]{1,100}$/.test(given.operator)) fail('--operator takes a name without spaces');
  const tenantId = given.tenant === undefined ? undefined : decodeId('tenant', given.tenant);
  if (tenantId === null) fail('--tenant takes the id of a tenant');
  return {
    codes: given.code?.map(codeOf),
    since: given.since === undefined ? undefined : sinceOf(given.since),
    tenantId,
    operator: given.operator,
    dryRun: given['dry-run'],
    limit,
  };
}

function codeOf(text: string): FailureCode {
  return FAILURE_CODES.find((code) => code === text) ?? fail(`there is no failure code ${text}`);
}

function sinceOf(text: string): Date {
  const ago = /^(\d+)([mhd])$/.exec(text);
  const at =
    ago === null
      ? Date.parse(text)
      : Date.now() - Number(ago[1]) * UNIT_MS[(ago[2] ?? 'm') as keyof typeof UNIT_MS];
  return Number.isNaN(at) ? fail('--since takes a time, or how long ago: 36h') : new Date(at);
}

/** The API's own, or what `npm start` would give it. */
function readEnvironment(): ApiEnvironment {
  const own = process.env['API_DATABASE_URL'];
  const parsed = parseEnvironment({
    ...process.env,
    ...(own === undefined || own === '' ? {} : { DATABASE_URL: own }),
  });
  return parsed.ok ? parsed.env : fail(parsed.problems.join('\n'));
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  process.exit(1);
}
