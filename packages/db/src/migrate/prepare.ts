import { Client } from 'pg';
import { applyPrelude } from './prelude.ts';
import { ensureRoles, grantDatabase, type RolePasswords } from './roles.ts';

export interface PrepareOptions {
  /** The database to prepare, by a role that may create roles: a superuser, or Supabase's `postgres`. */
  adminUrl: string;
  passwords: RolePasswords;
}

/**
 * What must exist before the first migration and cannot be in it: the product's login roles and, where Supabase
 * is absent, the roles and `auth` functions it would provide. Repeating it changes nothing but the passwords.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<'applied' | 'supabase_present'> {
  return withAdmin(options.adminUrl, async (admin) => {
    await ensureRoles(admin, options.passwords);
    const prelude = await applyPrelude(admin);
    await grantDatabase(admin);
    return prelude;
  });
}

/** Opens one more database to roles that exist already: all that a copy of a prepared database still needs. */
export async function openDatabase(adminUrl: string): Promise<void> {
  await withAdmin(adminUrl, grantDatabase);
}

async function withAdmin<T>(adminUrl: string, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The same database, another role. */
export function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(role);
  changed.password = encodeURIComponent(password);
  return changed.href;
}
