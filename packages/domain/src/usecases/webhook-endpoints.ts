/** Where a tenant's events are sent. Ids are bare UUIDs; null: no such endpoint here. */
import {
  newUuid,
  type CreateWebhookEndpoint,
  type FieldError,
  type ListQuery,
  type UpdateWebhookEndpoint,
} from '@cfdi-live/contract';
import type { AuditAction } from '../ports-audit.ts';
import type { Page } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import type { WebhookEndpointRow } from '../ports-webhooks.ts';
import type { OutboundRules } from '../preflight/outbound-url.ts';
import { checkReceiverUrl } from '../preflight/receiver-url.ts';
import { actorOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** How long the secret before a rotation still signs beside the new one. */
const SECRET_OVERLAP_MS = 24 * 3_600_000;

export type CreateWebhookEndpointOutcome =
  /** `secret` signs the deliveries; it is told here and never again. */
  | { kind: 'created'; endpoint: WebhookEndpointRow; secret: string }
  | { kind: 'url_not_allowed'; errors: FieldError[] };

export async function createWebhookEndpoint(
  deps: Deps & { outbound: OutboundRules },
  principal: Principal,
  input: CreateWebhookEndpoint,
): Promise<CreateWebhookEndpointOutcome> {
  const checked = await checkReceiverUrl(input.url, 'url', deps.outbound);
  if (!checked.ok) return { kind: 'url_not_allowed', errors: [checked.error] };
  const secret = newSigningSecret();
  const endpoint = await deps.database.withTenant(principal, async (tx) => {
    const id = newUuid();
    const made = await tx.webhooks.createEndpoint({ ...input, url: checked.url.href, id, secret });
    await audit(tx, principal, 'webhook_endpoint.created', id);
    return made;
  });
  return { kind: 'created', endpoint, secret };
}

export async function getWebhookEndpoint(
  deps: Deps,
  principal: Principal,
  endpointId: string,
): Promise<WebhookEndpointRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.webhooks.getEndpoint(endpointId));
}

export async function listWebhookEndpoints(
  deps: Deps,
  principal: Principal,
  query: ListQuery,
): Promise<Page<WebhookEndpointRow>> {
  return deps.database.withTenant(principal, (tx) => tx.webhooks.listEndpoints(query));
}

export type UpdateWebhookEndpointOutcome =
  | { kind: 'updated'; endpoint: WebhookEndpointRow }
  | { kind: 'not_found' }
  | { kind: 'url_not_allowed'; errors: FieldError[] };

/** What is left out stays as it is. */
export async function updateWebhookEndpoint(
  deps: Deps & { outbound: OutboundRules },
  principal: Principal,
  endpointId: string,
  change: UpdateWebhookEndpoint,
): Promise<UpdateWebhookEndpointOutcome> {
  let { url } = change;
  if (url !== undefined) {
    const checked = await checkReceiverUrl(url, 'url', deps.outbound);
    if (!checked.ok) return { kind: 'url_not_allowed', errors: [checked.error] };
    url = checked.url.href;
  }
  const endpoint = await deps.database.withTenant(principal, async (tx) => {
    const updated = await tx.webhooks.updateEndpoint(endpointId, { ...change, url });
    // The names of what changed, for a URL may hold a token.
    if (updated !== null)
      await audit(tx, principal, 'webhook_endpoint.changed', endpointId, detailsOf(change));
    return updated;
  });
  return endpoint === null ? { kind: 'not_found' } : { kind: 'updated', endpoint };
}

/** False: no such endpoint here. */
export async function deleteWebhookEndpoint(
  deps: Deps,
  principal: Principal,
  endpointId: string,
): Promise<boolean> {
  return deps.database.withTenant(principal, async (tx) => {
    const deleted = await tx.webhooks.deleteEndpoint(endpointId);
    if (deleted) await audit(tx, principal, 'webhook_endpoint.deleted', endpointId);
    return deleted;
  });
}

/** A new secret, told here and never again. The one before signs beside it for a day. */
export async function rotateWebhookSecret(
  deps: Deps,
  principal: Principal,
  endpointId: string,
): Promise<{ endpoint: WebhookEndpointRow; secret: string } | null> {
  const secret = newSigningSecret();
  return deps.database.withTenant(principal, async (tx) => {
    const endpoint = await tx.webhooks.rotateSecret(endpointId, { secret, overlapMs: SECRET_OVERLAP_MS });
    if (endpoint === null) return null;
    await audit(tx, principal, 'webhook_endpoint.secret_rotated', endpointId);
    return { endpoint, secret };
  });
}

function detailsOf(change: UpdateWebhookEndpoint): Record<string, unknown> {
  const { disabled, ...others } = change;
  const fields = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return { fields, ...(disabled === undefined ? {} : { disabled }) };
}

async function audit(
  tx: TenantTx,
  principal: Principal,
  action: AuditAction,
  id: string,
  details: Record<string, unknown> = {},
): Promise<void> {
  const subject = { type: 'webhook_endpoint', id };
  await tx.audit.add({ actor: actorOf(principal), action, subject, details });
}

/** `whsec_` and 32 random bytes in base 64, as Standard Webhooks wants them. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${Buffer.from(bytes).toString('base64')}`;
}
