import { z } from 'zod';
import { operation } from '../http/operation.ts';
import { json } from '../http/schemas.ts';

const dependencySchema = z
  .object({
    status: z.enum(['up', 'down']).meta({ description: 'Whether it answers.' }),
    latencyMs: z.int().meta({ description: 'How long it took to answer; 2000 at most.' }),
  })
  .meta({ id: 'DependencyHealth' });

const readinessSchema = z
  .object({
    status: z.enum(['up', 'degraded', 'down']).meta({
      description: '`degraded`: requests are served, but something behind them has to wait.',
    }),
    dependencies: z
      .object({ database: dependencySchema, storage: dependencySchema, queue: dependencySchema })
      .meta({ description: 'Only the database is vital.' }),
  })
  .meta({ id: 'Readiness' });
type Dependency = z.infer<typeof dependencySchema>;

/** For the examples. */
const all = (status: Dependency['status']) => {
  const dependency = { status, latencyMs: 3 };
  return { database: dependency, storage: dependency, queue: dependency };
};

/** A dependency that takes longer is as good as away. */
const PATIENCE_MS = 2_000;

export const healthReadyOperation = operation(
  {
    method: 'get',
    path: '/health/ready',
    operationId: 'getReadiness',
    tags: ['Health'],
    summary: 'Can requests be served?',
    description:
      'Asks each dependency. Only the database is vital: without the queue tasks are accepted and started later, without storage files wait.',
    scope: null,
    responses: {
      200: json(readinessSchema, 'Requests are served.', { status: 'up', dependencies: all('up') }),
      503: json(readinessSchema, 'The database does not answer.', {
        status: 'down',
        dependencies: { ...all('up'), database: { status: 'down', latencyMs: 2000 } },
      }),
    },
    problems: [],
  },
  async (c) => {
    const { database, vault, queue } = c.var.services;
    const [databaseHealth, storage, queueHealth] = await Promise.all([
      probe(() => database.ping()),
      probe(() => vault.ping()),
      probe(() => queue.ping()),
    ]);
    const dependencies = { database: databaseHealth, storage, queue: queueHealth };
    if (databaseHealth.status === 'down') return c.json({ status: 'down' as const, dependencies }, 503);
    const allUp = storage.status === 'up' && queueHealth.status === 'up';
    return c.json({ status: allUp ? ('up' as const) : ('degraded' as const), dependencies }, 200);
  },
);

async function probe(ping: () => Promise<void>): Promise<Dependency> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), PATIENCE_MS);
  });
  const answer = ping().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const status = await Promise.race([answer, patience]);
  clearTimeout(timer);
  return { status, latencyMs: Math.round(performance.now() - start) };
}
