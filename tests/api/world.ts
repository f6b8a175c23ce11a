/** The API over a real database, on a real port, with what a test needs beside it. */
import { createHash, randomBytes } from 'node:crypto';
import { createApp, listen, type ApiDeps } from '@cfdi-live/api';
import { newUuid, type Mode, type Profile, type Task } from '@cfdi-live/contract';
import {
  createAdmin,
  createArtifactVault,
  createDatabase,
  createKeyRing,
  type Admin,
  type KeyRing,
  type ObjectStorage,
  type PgDatabase,
} from '@cfdi-live/db';
import type { Scope, TenantScope } from '@cfdi-live/domain';
import type { FreshDatabase, TestDatabase } from '@cfdi-live/local-stack/testing';
import { freshDatabase } from '../helpers/postgres.ts';
import { loadDescription, type Description } from './described.ts';
import { createPeople, type People } from './people.ts';

export interface Caller extends TenantScope {
  keyId: string;
  key: string;
}

/** A page of a list. */
export interface List<Item> {
  data: Item[];
  hasMore: boolean;
  nextCursor: string | null;
}

export interface CallOptions {
  key?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface World {
  url: string;
  description: Description;
  database: PgDatabase;
  /** The same database as a worker opens it. */
  worker: PgDatabase;
  test: TestDatabase;
  keyRing: KeyRing;
  admin: Admin;
  /** What the queue was told. */
  hints: string[];
  logged: { message: string }[];
  /** Who may sign in here. */
  people: People;
  newCaller(options?: {
    mode?: Mode;
    scopes?: Scope[];
    tenantId?: string;
    expiresAt?: Date;
  }): Promise<Caller>;
  /** Sends a request, and holds its answer against the document. */
  call<Body>(method: string, path: string, options?: CallOptions): Promise<Answer<Body>>;
  createTask(by: Caller, overrides?: Record<string, unknown>): Promise<Task>;
  createProfile(by: Caller): Promise<Profile>;
  /** Puts a file into the vault with its row, as a run would. */
  putArtifact(
    caller: TenantScope,
    taskId: string,
    file: { name: string; bytes: Uint8Array },
  ): Promise<string>;
  /** As SIGTERM does. */
  stopStreams(): void;
  close(): Promise<void>;
}

const PUBLIC_HOSTS = new Set(['facturacion.example.com.mx', 'hooks.example.com']);

/** Names of this world's own: nothing of it leaves the machine. */
async function resolveHost(host: string): Promise<readonly string[]> {
  if (host === 'inside.example.com') return ['10.0.0.7'];
  return PUBLIC_HOSTS.has(host) ? ['201.131.4.5'] : [];
}

/** `change` exchanges parts of the API, as an outage would; `newDatabase` makes the database on another server. */
export async function openWorld(
  change: (deps: ApiDeps) => ApiDeps = (deps) => deps,
  newDatabase: FreshDatabase = freshDatabase,
): Promise<World> {
  const test = await newDatabase({ migrate: true });
  const keyRing = createKeyRing(`k1:${randomBytes(32).toString('base64')}`);
  const quiet = { warn: () => undefined };
  const database = createDatabase({ connectionString: test.apiUrl, role: 'cfdi_api', keyRing, log: quiet });
  const worker = createDatabase({
    connectionString: test.workerUrl,
    role: 'cfdi_worker',
    keyRing,
    log: quiet,
  });
  const admin = createAdmin({ connectionString: test.ownerUrl, keyRing });
  const vault = createArtifactVault({ storage: storageInMemory(), tenantKeys: database.tenantKeys });
  const people = createPeople();
  const hints: string[] = [];
  const logged: World['logged'] = [];
  const note = (fields: object, message: string): void => void logged.push({ ...fields, message });
  const stopping = new AbortController();
  const deps: ApiDeps = {
    database,
    vault,
    queue: {
      addRun: async () => undefined,
      addMaintenance: async (kind) => void hints.push(kind),
      ping: async () => undefined,
    },
    clock: { now: () => new Date() },
    verifyPerson: people.verify,
    resolveHost,
    log: { info: note, warn: note, error: note },
    config: {
      allowedPrivateHosts: ['portal.localhost:4000', 'sandbox.localhost:4100'],
      sandboxHosts: ['sandbox.localhost:4100'],
      // Suites that try wrong keys try many.
      limits: { failedAuthentication: { quota: 100_000, windowSeconds: 60 } },
      streams: { heartbeatMs: 300, accessCheckMs: 800, pollMs: 400 },
    },
    stopping: stopping.signal,
  };
  const server = await listen(createApp(change(deps)), { port: 0, host: '127.0.0.1' });
  const { url } = server;
  const description = await loadDescription();

  const newCaller: World['newCaller'] = async ({ mode = 'live', scopes, tenantId, expiresAt } = {}) => {
    const tenant = tenantId ?? (await admin.createTenant({ name: 'Contable', plan: 'unlimited' })).id;
    const { id, key } = await admin.createApiKey({
      tenantId: tenant,
      mode,
      name: 'test',
      ...(scopes === undefined ? {} : { scopes }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    return { tenantId: tenant, mode, keyId: id, key };
  };

  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer<never>> => {
    const response = await fetch(`${url}${path}`, requestOf(method, options));
    const body = (await description.check(method, path, response)) as never;
    return { status: response.status, headers: response.headers, body };
  };

  return {
    url,
    description,
    database,
    worker,
    test,
    keyRing,
    admin,
    hints,
    logged,
    newCaller,
    people,
    call,
    createTask: async ({ key, mode }, overrides) => {
      const request = taskBody({ vendorUrl: PORTAL_URLS[mode], ...overrides });
      const { status, body } = await call('POST', '/v1/tasks', { key, body: request });
      if (status !== 201) throw new Error(`no task: ${status}`);
      return body;
    },
    createProfile: async ({ key }) => {
      const input = { ...PROFILE, externalId: newUuid() };
      const { status, body } = await call('POST', '/v1/profiles', { key, body: input });
      if (status !== 201) throw new Error(`no profile: ${status}`);
      return body;
    },
    putArtifact: async (caller, taskId, { name, bytes }) => {
      const id = newUuid();
      const storagePath = `${caller.tenantId}/${id}`;
      await vault.put(caller, storagePath, bytes);
      await worker.withTenant(caller, (tx) =>
        tx.artifacts.add({
          id,
          taskId,
          kind: 'xml',
          fileName: name,
          contentType: 'application/xml',
          size: bytes.byteLength,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          storagePath,
        }),
      );
      return id;
    },
    stopStreams: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      await server.close(0);
      await Promise.all([database.close(), worker.close(), admin.close()]);
      await test.drop();
    },
  };
}

function requestOf(method: string, { key, body, raw, headers }: CallOptions): RequestInit {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content as BodyInit }),
  };
}

function storageInMemory(): ObjectStorage {
  const files = new Map<string, Uint8Array>();
  return {
    put: async (path, bytes) => void files.set(path, bytes),
    get: async (path) => files.get(path) ?? null,
    remove: async (path) => void files.delete(path),
    ping: async () => undefined,
  };
}

export const PROFILE = {
  rfc: 'CACX7605101P8',
  fullName: 'XOCHILT CASAS CHAVEZ',
  fiscalRegime: '612',
  postalCode: '36257',
  cfdiUse: 'G03',
  email: 'facturas@example.com',
};

/** A portal that a key of the mode may visit. */
export const PORTAL_URLS = {
  live: 'https://facturacion.example.com.mx/',
  test: 'http://sandbox.localhost:4100/',
} as const satisfies Record<Mode, string>;

let folio = 0;

/** A request for a ticket that no other test has, by a live key. */
export function taskBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  folio += 1;
  return {
    vendorUrl: PORTAL_URLS.live,
    ticketData: { amount: 1160, date: daysAgo(1), folio: `F-${folio}` },
    profile: PROFILE,
    ...overrides,
  };
}

/** A date as it stands on a ticket. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
