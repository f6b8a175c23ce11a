import { mkdir } from 'node:fs/promises';
import { folderStorage } from './folder-storage.ts';

export interface LiteOptions {
  databaseUrl: string;
  storageDir: string;
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
}

/** Supabase's Auth and Storage as a function from request to answer. */
export interface Lite {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** Loads and sets up `@supabase/lite` with nothing but Auth and Storage. */
export async function openLite(options: LiteOptions): Promise<Lite> {
  const { App, createPostgresConnection, setExperimental } = await importQuietly();
  const connection = createPostgresConnection({
    url: options.databaseUrl,
    postgresOptions: { max: 5, onnotice: () => undefined },
  });
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: options.jwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
    },
    storage: { enabled: true },
    studio: { enabled: false },
    api: { enabled: false },
    options: { server: { disableStudio: true, disableFallback: true, admin: false } },
  });
  // Only now, for the constructor warns of whatever experiment it finds.
  setExperimental('storage', true);
  await mkdir(options.storageDir, { recursive: true, mode: 0o700 });
  app._storageAdapter = folderStorage(options.storageDir);
  try {
    await withoutNotice(() => app.ensureSystemSchema());
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { fetch: async (request) => app.fetch(request), close: () => connection.close() };
}

/** The package puts a filter of its own before `process.emitWarning`, which throws on a warning that is an Error. */
async function importQuietly() {
  const { emitWarning } = process;
  try {
    const [{ App, setExperimental }, { createPostgresConnection }] = await Promise.all([
      import('@supabase/lite'),
      import('@supabase/lite/postgres'),
    ]);
    return { App, createPostgresConnection, setExperimental };
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * The package tells whoever starts it that its storage is not for production. Here it never is: production is hosted
 * Supabase, and a line in the middle of a demo only worries.
 */
async function withoutNotice(start: () => Promise<unknown>): Promise<void> {
  const { warn } = console;
  console.warn = (...parts: unknown[]) => {
    if (!String(parts[0]).startsWith('EXPERIMENTAL FEATURES')) warn(...parts);
  };
  try {
    await start();
  } finally {
    console.warn = warn;
  }
}
