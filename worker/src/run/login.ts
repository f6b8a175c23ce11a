/** The login that a run may use at its portal: named to the planners, its values given out one at a time. */
import type { LoginFacts, LoginSecrets } from '@cfdi-live/agent';
import {
  oneTimeCode,
  vendorDomain,
  type ClaimedTask,
  type Clock,
  type Database,
  type TenantScope,
  type UsableCredential,
} from '@cfdi-live/domain';

export interface RunLogin {
  facts: LoginFacts;
  secrets: LoginSecrets;
  /** Placeholder → value: what may neither leave for another host nor stand in a step, log or message. Grows with codes. */
  values(): Record<string, string>;
}

interface Deps {
  database: Database;
  clock: Clock;
}

/** The task's own login, else its profile's for this portal; null where there is none. */
export async function loginOf(
  deps: Deps,
  { task }: ClaimedTask,
  scope: TenantScope,
): Promise<RunLogin | null> {
  const credential = await deps.database.withTenant(scope, (tx) =>
    tx.credentials.forTask({
      credentialId: task.credentialId,
      profileId: task.profileId,
      vendorDomain: vendorDomain(task.vendorUrl),
    }),
  );
  if (credential === null) return null;
  const markUsed = () => deps.database.withTenant(scope, (tx) => tx.credentials.markUsed(credential.id));
  return runLogin(credential, markUsed, deps.clock);
}

/** `markUsed` is told once, before the first value is given out. */
export function runLogin(
  credential: UsableCredential,
  markUsed: () => Promise<void>,
  clock: Pick<Clock, 'now'>,
): RunLogin {
  const { username, password, totpSecret, additionalFields } = credential;
  const kept: Record<string, string> = { 'credential.username': username };
  if (password !== null) kept['credential.password'] = password;
  for (const [label, text] of Object.entries(additionalFields ?? {}))
    kept[`credential.additionalFields.${label}`] = text;
  const codes: Record<string, string> = {};
  let used = false;
  return {
    facts: {
      hasPassword: password !== null,
      hasTotp: totpSecret !== null,
      additionalFields: Object.keys(additionalFields ?? {}),
    },
    secrets: {
      domain: credential.vendorDomain,
      async reveal(source) {
        if (!used) await markUsed();
        used = true;
        if (source !== 'credential.totp') return kept[source] ?? null;
        if (totpSecret === null) return null;
        const code = oneTimeCode(totpSecret, clock.now());
        codes[`credential.totp.${Object.keys(codes).length + 1}`] = code;
        return code;
      },
    },
    values: () => ({ ...kept, ...codes }),
  };
}
