/** What the local stack puts into its database: its own tenant, with a key for each mode, and the vendor directory. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SCOPES, VENDOR_DIRECTORY, type VendorRow } from '@cfdi-live/domain';
import { createAdmin, createKeyRing } from '@cfdi-live/db';
import { z } from 'zod';

const keysSchema = z.object({ live: z.string(), test: z.string() });

/** Secrets of the tenant's API keys. */
export type StackKeys = z.infer<typeof keysSchema>;

/** Brings the vendor directory to the repository's, with the gallery's portals for the sandbox. */
export async function syncDirectory(options: {
  adminUrl: string;
  encryptionKeys: string;
  sandbox: readonly VendorRow[];
}): Promise<void> {
  const admin = createAdmin({
    connectionString: options.adminUrl,
    keyRing: createKeyRing(options.encryptionKeys),
  });
  try {
    await admin.syncVendors({ sandbox: false, vendors: VENDOR_DIRECTORY });
    await admin.syncVendors({ sandbox: true, vendors: options.sandbox });
  } finally {
    await admin.close();
  }
}

export async function ensureTenant(options: {
  adminUrl: string;
  encryptionKeys: string;
  dataDir: string;
}): Promise<StackKeys> {
  const file = path.join(options.dataDir, 'keys.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  const known = text === null ? null : keysSchema.safeParse(JSON.parse(text));
  if (known?.success === true) return known.data;
  const admin = createAdmin({
    connectionString: options.adminUrl,
    keyRing: createKeyRing(options.encryptionKeys),
  });
  try {
    const tenant = await admin.createTenant({ name: 'Local', plan: 'unlimited' });
    const key = (mode: 'live' | 'test') =>
      admin.createApiKey({ tenantId: tenant.id, mode, scopes: [...SCOPES], name: `local ${mode}` });
    const keys = { live: (await key('live')).key, test: (await key('test')).key };
    await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    return keys;
  } finally {
    await admin.close();
  }
}
