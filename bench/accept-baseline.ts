/** What `accept` is held against: the same server and framework, the same strict schema, and one plain insert. */
import { createTaskSchema, newUuid } from '@cfdi-live/contract';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { Pool } from 'pg';
import { z } from 'zod';

/** The owner's, so no row-level security; one index. */
export const BASELINE_TABLE = `create table public.accept_baseline (
  id uuid primary key,
  body jsonb not null,
  created_at timestamptz not null default now()
)`;

const route = createRoute({
  method: 'post',
  path: '/v1/tasks',
  request: { body: { required: true, content: { 'application/json': { schema: createTaskSchema } } } },
  responses: {
    201: {
      description: 'The task.',
      content: { 'application/json': { schema: z.object({ id: z.string(), createdAt: z.string() }) } },
    },
  },
});

export function createBaseline(ownerUrl: string): { app: OpenAPIHono; close(): Promise<void> } {
  const pool = new Pool({ connectionString: ownerUrl, max: 10 });
  const app = new OpenAPIHono();
  app.openapi(route, async (c) => {
    const task = c.req.valid('json');
    const id = newUuid();
    const { rows } = await pool.query<{ created_at: Date }>(
      'insert into public.accept_baseline (id, body) values ($1, $2) returning created_at',
      [id, JSON.stringify(task)],
    );
    return c.json({ ...task, id, createdAt: rows[0]?.created_at.toISOString() ?? '' }, 201);
  });
  return { app, close: () => pool.end() };
}
