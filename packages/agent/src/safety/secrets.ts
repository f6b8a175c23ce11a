/**
 * Where the values of a login may be typed: bound to field and frame origin, whoever decided the act. A planner only
 * ever names them. Pure.
 */
import { vendorDomain } from '@cfdi-live/domain';
import { readLoginForm } from '../planners/form/login-form.ts';
import type { ElementView, Snapshot, ValueRef } from '../types.ts';

/** The values of one login, handed out when they are about to be typed. */
export interface LoginSecrets {
  /** The portal that they are for: registrable domain; host and port where it has none. */
  domain: string;
  /**
   * `credential.username`, `.password`, `.totp` (the code of this moment), `.additionalFields.<label>`; null where the
   * login has no such value.
   */
  reveal(source: string): Promise<string | null>;
}

/** Whether a source names a value of a login. */
export function isLoginSource(source: string): boolean {
  return source.startsWith('credential.');
}

/** Why a value of the login may not go into this field, or null where it may. */
export function refusalOf(
  source: string,
  target: ElementView,
  snapshot: Snapshot,
  portal: { domain: string; portalUrl: string },
): string | null {
  const frames = snapshot.frames.filter((frame) => frame.main || frame.id === target.frameId);
  const bound = frames.length > 0 && frames.every((frame) => isOn(frame.url, portal));
  if (!bound) return 'a login goes only to its own portal';
  if (source === 'credential.password' && target.type !== 'password')
    return 'a password goes only into a password field';
  const form = readLoginForm(snapshot);
  const fits: Record<string, readonly (ElementView | null)[]> = {
    'credential.username': [form?.user ?? null],
    'credential.password': [form?.password ?? null],
    'credential.totp': [form?.code ?? null],
  };
  const places = fits[source] ?? form?.others ?? [];
  return places.some((place) => place?.id === target.id) ? null : 'a login goes only into a login form';
}

/** Without encryption only where the portal itself has none. */
function isOn(address: string, { domain, portalUrl }: { domain: string; portalUrl: string }): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  const allowed = protocol === 'https:' || (protocol === 'http:' && portalUrl.startsWith('http:'));
  return allowed && vendorDomain(address) === domain;
}

/** The value to type: as it is, or the login's own where it names one. */
export async function revealValue(
  value: ValueRef,
  target: ElementView,
  snapshot: Snapshot,
  { secrets, portalUrl }: { secrets: LoginSecrets | undefined; portalUrl: string },
): Promise<{ ok: true; value: ValueRef } | { ok: false; detail: string }> {
  if (!isLoginSource(value.source)) return { ok: true, value };
  if (secrets === undefined) return { ok: false, detail: 'this task has no login' };
  const refusal = refusalOf(value.source, target, snapshot, { domain: secrets.domain, portalUrl });
  if (refusal !== null) return { ok: false, detail: refusal };
  const text = await secrets.reveal(value.source);
  return text === null
    ? { ok: false, detail: 'the login has no such value' }
    : { ok: true, value: { ...value, text } };
}
