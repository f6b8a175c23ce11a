import { inject } from 'vitest';
import type { TestDatabase } from '@cfdi-live/local-stack/testing';
import type { SharedDatabase } from './shared-postgres.ts';

/**
 * A database of its own on the server that all test files share: `startTestPostgres().freshDatabase` without a server to
 * start. Roles belong to the server: whoever changes one, or stops the server, starts their own.
 */
export async function freshDatabase({ migrate = false }: { migrate?: boolean } = {}): Promise<TestDatabase> {
  const url = inject('sharedPostgresUrl');
  const database = (await ask('POST', `${url}/${migrate ? '?migrate' : ''}`)) as SharedDatabase;
  return { ...database, drop: async () => void (await ask('DELETE', `${url}/${database.name}`)) };
}

async function ask(method: string, url: string): Promise<unknown> {
  const response = await fetch(url, { method });
  const body = await response.text();
  if (!response.ok) throw new Error(`no database: ${body}`);
  return JSON.parse(body);
}
