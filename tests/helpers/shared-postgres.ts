/**
 * One Postgres for the whole test run, in Vitest's own process: test files ask for databases of their own on it
 * (`postgres.ts`). It starts with the first question, so a run of pure tests costs nothing.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '@cfdi-live/local-stack/testing';
import type { TestProject } from 'vitest/node';

/** What a test file is told of its new database. */
export type SharedDatabase = Omit<TestDatabase, 'drop'>;

declare module 'vitest' {
  export interface ProvidedContext {
    /** POST gives a new database (`?migrate` with the tables), DELETE on its name takes it away. */
    sharedPostgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | undefined;
  const databases = new Map<string, TestDatabase>();

  const create = async (migrate: boolean): Promise<SharedDatabase> => {
    // Several files at once, each with the pools of an API and of a worker.
    postgres ??= startTestPostgres({ settings: { max_connections: '500' } });
    const database = await (await postgres).freshDatabase({ migrate });
    databases.set(database.name, database);
    return database;
  };
  const drop = async (name: string): Promise<void> => {
    await databases.get(name)?.drop();
    databases.delete(name);
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const work = request.method === 'DELETE' ? drop(pathname.slice(1)) : create(searchParams.has('migrate'));
    work.then(
      (body) => response.end(JSON.stringify(body ?? null)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  project.provide('sharedPostgresUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  const stop = async (): Promise<void> => {
    const running = await postgres;
    postgres = undefined;
    databases.clear();
    await running?.stop();
  };
  // A migration may have been changed meanwhile.
  project.onTestsRerun(stop);
  return async () => {
    server.close();
    server.closeAllConnections();
    await stop();
  };
}
