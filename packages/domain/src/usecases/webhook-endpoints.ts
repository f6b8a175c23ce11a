/** Where a tenant's events are sent. Ids are bare UUIDs; null: no such endpoint here. */
import { newUuid, type CreateWebhookEndpoint, type FieldError, type ListQuery } from '@cfdi-live/contract';
import type { Page, WebhookDeliveryRow, WebhookEndpointRow } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { checkOutboundUrl, type OutboundRules } from '../preflight/outbound-url.ts';
import type { Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export type CreateWebhookEndpointOutcome =
  /** `secret` signs the deliveries; it is told here and never again. */
  | { kind: 'created'; endpoint: WebhookEndpointRow; secret: string }
  | { kind: 'url_not_allowed'; errors: FieldError[] };

export async function createWebhookEndpoint(
  deps: Deps & { outbound: OutboundRules },
  principal: Principal,
  input: CreateWebhookEndpoint,
): Promise<CreateWebhookEndpointOutcome> {
  const checked = await checkOutboundUrl(input.url, 'url', deps.outbound);
  if (!checked.ok) return { kind: 'url_not_allowed', errors: [checked.error] };
  const secret = newSigningSecret();
  const endpoint = await deps.database.withTenant(principal, (tx) =>
    tx.webhooks.createEndpoint({ ...input, url: checked.url.href, id: newUuid(), secret }),
  );
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

/** False: no such endpoint here. */
export async function deleteWebhookEndpoint(
  deps: Deps,
  principal: Principal,
  endpointId: string,
): Promise<boolean> {
  return deps.database.withTenant(principal, (tx) => tx.webhooks.deleteEndpoint(endpointId));
}

export async function listDeliveries(
  deps: Deps,
  principal: Principal,
  endpointId: string,
  query: ListQuery,
): Promise<Page<WebhookDeliveryRow> | null> {
  return deps.database.withTenant(principal, async (tx) => {
    if ((await tx.webhooks.getEndpoint(endpointId)) === null) return null;
    return tx.webhooks.listDeliveries(endpointId, query);
  });
}

/** `whsec_` and 32 random bytes in base 64, as Standard Webhooks wants them. */
function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${Buffer.from(bytes).toString('base64')}`;
}
