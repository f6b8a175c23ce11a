import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram.ts';

/** Passwords of the three roles that log in: printable ASCII. */
export interface RolePasswords {
  owner: string;
  api: string;
  worker: string;
}

/**
 * So that the health check sees what connections of other roles do. Where the administrator may not pass it on, or the
 * server is older than 16, it notes less.
 */
const SEE_STATISTICS = `
  do $$ begin
    execute 'grant pg_read_all_stats to cfdi_system with inherit true';
  exception when insufficient_privilege or syntax_error then null;
  end $$`;

/**
 * Creates or completes the product's roles in the whole server and sets their passwords.
 *
 * `cfdi_owner` migrates; `cfdi_api` and `cfdi_worker` log in, inherit nothing and take `cfdi_tenant` per
 * transaction; `cfdi_system` owns the definer functions and is nobody's but the owner's, who hands them over.
 */
export async function ensureRoles(admin: Client, passwords: RolePasswords): Promise<void> {
  for (const role of ['cfdi_tenant', 'cfdi_system']) await ensureRole(admin, role, 'nologin noinherit');
  for (const [role, password] of [
    ['cfdi_owner', passwords.owner],
    ['cfdi_api', passwords.api],
    ['cfdi_worker', passwords.worker],
  ] as const) {
    const verifier = escapeLiteral(scramVerifier(password));
    await ensureRole(admin, role, `login noinherit password ${verifier}`);
  }
  await retried(() => admin.query('grant cfdi_tenant to cfdi_api, cfdi_worker'));
  await retried(() => admin.query('grant cfdi_tenant, cfdi_system to cfdi_owner'));
  await retried(() => admin.query(SEE_STATISTICS));
  // On Supabase "postgres" is no superuser, and what it pushes with the CLI hands functions over as well.
  const { rows } = await admin.query<{ superuser: boolean }>(
    'select rolsuper as superuser from pg_catalog.pg_roles where rolname = current_user',
  );
  if (rows[0]?.superuser === false) {
    await retried(() => admin.query('grant cfdi_tenant, cfdi_system to current_user'));
  }
}

/** Opens the connected database to the product's roles: the owner may create, the others may connect. */
export async function grantDatabase(admin: Client): Promise<void> {
  const database = escapeIdentifier(admin.database ?? 'postgres');
  await retried(() =>
    admin.query(`
      grant connect on database ${database} to cfdi_owner, cfdi_api, cfdi_worker;
      grant create on database ${database} to cfdi_owner;
      grant usage, create on schema public to cfdi_owner`),
  );
  // Policies for members name auth.uid(); where "auth" is Supabase's we may lack the right to pass it on.
  await retried(() =>
    admin.query(`
      do $$ begin
        grant usage on schema auth to cfdi_owner;
      exception when insufficient_privilege then null;
      end $$`),
  );
}

async function ensureRole(admin: Client, role: string, attributes: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_catalog.pg_roles where rolname = $1', [role]);
  try {
    await retried(() => admin.query(`${rowCount === 0 ? 'create' : 'alter'} role ${role} ${attributes}`));
  } catch (error) {
    // Two processes prepared two databases of one server at the same moment; roles are the server's.
    const { code } = error as { code?: string };
    if (rowCount !== 0 || (code !== '42710' && code !== '23505')) throw error;
    await retried(() => admin.query(`alter role ${role} ${attributes}`));
  }
}

/** Postgres fails, instead of waiting, when two sessions change one catalogue row. */
async function retried(change: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await change();
      return;
    } catch (error) {
      if (attempt === 10 || !/tuple concurrently (updated|deleted)/.test(String(error))) throw error;
    }
  }
}
