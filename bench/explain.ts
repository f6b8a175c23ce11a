/**
 * `npm run explain`: the plans of the hottest queries on a filled database, as the product itself sends them (auto_explain
 * sees inside functions, and through row-level security). docs/operations/data.md shows what it prints.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createAdmin, createDatabase, createKeyRing, SealBroken } from '@cfdi-live/db';
import type { TenantScope } from '@cfdi-live/domain';
import { startTestPostgres } from '@cfdi-live/local-stack/testing';
import { Client } from 'pg';
import { FILL } from './lib/fill.ts';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'CTE Name'?: string;
  'Function Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}
interface Plan {
  'Query Text': string;
  Plan: PlanNode;
}

/** What the server says, on whatever connection: the product's pools keep their clients to themselves. */
const messages: string[] = [];
Client.prototype.emit = function emit(this: Client, event: string | symbol, ...values: unknown[]): boolean {
  if (event === 'notice') messages.push((values[0] as { message: string }).message);
  return EventEmitter.prototype.emit.call(this, event, ...values);
};

const postgres = await startTestPostgres({
  settings: {
    client_min_messages: 'log',
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_format': 'json',
  },
});
try {
  await explainAll();
} finally {
  await postgres.stop();
}

async function explainAll(): Promise<void> {
  const test = await postgres.freshDatabase({ migrate: true });
  const common = {
    keyRing: createKeyRing(`k1:${randomBytes(32).toString('base64')}`),
    log: { warn: () => undefined },
  };
  const admin = createAdmin({ connectionString: test.ownerUrl, ...common });
  const api = createDatabase({ connectionString: test.apiUrl, role: 'cfdi_api', ...common });
  const worker = createDatabase({ connectionString: test.workerUrl, role: 'cfdi_worker', ...common });
  const scope: TenantScope = { tenantId: (await admin.createTenant({ name: 'Explained' })).id, mode: 'live' };
  const apiKey = await admin.createApiKey({ ...scope, name: 'explained' });
  await fill(test.adminUrl, scope.tenantId);

  const today = new Date().toISOString().slice(0, 10);
  const monthAgo = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10);
  let browsers = 0;
  const queries: Record<string, () => Promise<unknown>> = {
    'an API key, at each request': () => api.system.findApiKey(apiKey.id),
    'what follows in the log, for each stream': () =>
      api.withTenant(scope, (tx) => tx.events.after(1_000n, { limit: 100 })),
    'a page of tasks': () => api.withTenant(scope, (tx) => tx.tasks.list({ limit: 20 })),
    'deliveries that are due, each second': () =>
      worker.system.claimDeliveries({ limit: 20, lockMs: 30_000, perEndpoint: 4 }),
    'tasks to admit, each second': () => worker.system.admit({ maxSessions: (browsers += 100) }),
    'usage of a month': () =>
      api.withTenant(scope, (tx) => tx.usage.report({ from: monthAgo, to: today, period: 'day' })),
  };
  for (const query of Object.values(queries)) await query().catch(ignoreSeals); // connections and caches
  for (const [name, query] of Object.entries(queries)) {
    messages.length = 0;
    const start = performance.now();
    await query().catch(ignoreSeals);
    print(name, performance.now() - start);
  }
  await Promise.all([admin.close(), api.close(), worker.close()]);
}

/** The filled rows hold no ciphertext; their query is over by the time that one is opened. */
function ignoreSeals(error: unknown): void {
  if (!(error instanceof SealBroken)) throw error;
}

async function fill(adminUrl: string, tenantId: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('set auto_explain.log_min_duration = -1');
  for (const statement of FILL) await client.query(statement.replaceAll('$tenant', `'${tenantId}'::uuid`));
  await client.end();
}

/** Every plan that reads a table, of each statement and of those inside functions. */
function print(name: string, ms: number): void {
  process.stdout.write(`\n${name}: ${ms.toFixed(1)} ms\n`);
  const shown = new Set<string>();
  for (const message of messages) {
    const json = /plan:\s*(\{[\s\S]*\})\s*$/.exec(message)?.[1];
    if (json === undefined) continue;
    const plan = JSON.parse(json) as Plan;
    const lines = describe(plan.Plan);
    const text = plan['Query Text'].replaceAll(/\s+/g, ' ').trim();
    if (lines.length === 0 || shown.has(text)) continue;
    shown.add(text);
    process.stdout.write(`  ${text.length > 100 ? `${text.slice(0, 97)}...` : text}\n${lines.join('\n')}\n`);
  }
}

function describe(node: PlanNode): string[] {
  const relation = node['Index Name'] ?? node['Relation Name'];
  const blocks = (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
  const own =
    relation === undefined
      ? []
      : [
          `    ${node['Node Type']} ${relation}: ${node['Actual Rows']} rows × ${node['Actual Loops']}, ${blocks} blocks`,
        ];
  return [...own, ...(node.Plans ?? []).flatMap(describe)];
}
