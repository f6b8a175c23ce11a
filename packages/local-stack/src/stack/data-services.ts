/** Postgres, its databases and roles, and Supabase's Auth and Storage: the data side of a local stack. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRole, migrate, prepareDatabase } from '@cfdi-live/db/migrate';
import { migrateQueue } from '@cfdi-live/queue';
import { createDatabase } from '../postgres/admin.ts';
import { startPostgres, type RunningPostgres } from '../postgres/server.ts';
import { startSupabase } from '../supabase/server.ts';
import type { StackSecrets } from './secrets.ts';

export const QUEUE_PREFIX = 'cfdi';

export interface DataServices {
  /** URLs of the product's database by role. */
  adminUrl: string;
  ownerUrl: string;
  apiUrl: string;
  workerUrl: string;
  /** The queue's own database, for both roles. */
  apiQueueUrl: string;
  workerQueueUrl: string;
  supabaseUrl: string;
  /** Takes Postgres away for so long. */
  crashPostgres(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL('../../../../supabase/migrations', import.meta.url));

/** Starts what holds data under `dataDir`; an interrupted start leaves nothing running. */
export async function startDataServices(options: {
  dataDir: string;
  secrets: StackSecrets;
}): Promise<DataServices> {
  const { secrets } = options;
  const postgres = await startPostgres({
    dataDir: path.join(options.dataDir, 'postgres'),
    password: secrets.postgres,
    stopWithParent: true,
    settings: { max_connections: '200' },
  });
  try {
    return await onPostgres(postgres, options.dataDir, secrets);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function onPostgres(
  postgres: RunningPostgres,
  dataDir: string,
  secrets: StackSecrets,
): Promise<DataServices> {
  const [adminUrl, queueUrl, supabaseDb] = await Promise.all([
    createDatabase(postgres.url, 'cfdi_live'),
    createDatabase(postgres.url, 'cfdi_queue'),
    createDatabase(postgres.url, 'supabase'),
  ]);
  await prepareDatabase({
    adminUrl,
    passwords: { owner: secrets.owner, api: secrets.api, worker: secrets.worker },
  });
  const ownerUrl = asRole(adminUrl, 'cfdi_owner', secrets.owner);
  await migrate({ connectionString: ownerUrl, dir: MIGRATIONS });
  await migrateQueue({ databaseUrl: queueUrl, prefix: QUEUE_PREFIX, grantTo: ['cfdi_api', 'cfdi_worker'] });
  const supabase = await startSupabase({
    databaseUrl: supabaseDb,
    storageDir: path.join(dataDir, 'storage'),
    jwtSecret: secrets.supabaseJwt,
    publishableKey: secrets.supabasePublishable,
    secretKey: secrets.supabaseSecret,
  });
  return {
    adminUrl,
    ownerUrl,
    apiUrl: asRole(adminUrl, 'cfdi_api', secrets.api),
    workerUrl: asRole(adminUrl, 'cfdi_worker', secrets.worker),
    apiQueueUrl: asRole(queueUrl, 'cfdi_api', secrets.api),
    workerQueueUrl: asRole(queueUrl, 'cfdi_worker', secrets.worker),
    supabaseUrl: supabase.url,
    crashPostgres: (downMs) => postgres.crash(downMs),
    async stop() {
      await supabase.stop();
      await postgres.stop();
    },
  };
}
