import { randomUUID } from 'node:crypto';
import { createQueue, migrateQueue } from '@cfdi-live/queue';
import { describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '../helpers/postgres.ts';
import { startRestartablePostgres } from './fixtures/postgres.ts';
import { queueSuite } from './suite.ts';

describe('the queue on Postgres', () => queueSuite('postgres', startRestartablePostgres));

describe('the queue on Postgres by roles that may create nothing', () => {
  test('says so before the owner has migrated, and works after', async () => {
    const database = await freshDatabase();
    const api = createQueue({ databaseUrl: database.apiUrl, prefix: 'cfdi' });
    const worker = createQueue({ databaseUrl: database.workerUrl, prefix: 'cfdi' });
    try {
      await expect(api.ping()).rejects.toMatchObject({ code: '42501' });
      const migrate = () =>
        migrateQueue({
          databaseUrl: database.ownerUrl,
          prefix: 'cfdi',
          grantTo: ['cfdi_api', 'cfdi_worker'],
        });
      await migrate();
      await migrate(); // again is harmless

      const payload = { taskId: randomUUID(), nextFence: 1 };
      const received: unknown[] = [];
      worker.consume('run', async (run) => void received.push(run), { concurrency: 1 });
      worker.consume('maintenance', async ({ work }) => void received.push(work), { concurrency: 1 });
      await api.add('run', payload, { jobId: `${payload.taskId}-1` });
      await vi.waitFor(() => expect(received).toEqual([payload]), { timeout: 10_000 });
      await api.addMaintenance('admit');
      await vi.waitFor(() => expect(received).toEqual([payload, 'admit']), { timeout: 10_000 });
    } finally {
      await Promise.all([api.close(), worker.close()]);
      await database.drop();
    }
  });
});
