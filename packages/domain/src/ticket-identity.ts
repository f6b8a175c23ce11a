/** What makes two tickets the same ticket: the text that the ticket's key is an HMAC of. */
import type { TicketData, Vendor } from '@cfdi-live/contract';
import { getDomain } from 'tldts';
import { ticketValue } from './preflight/ticket-fields.ts';

function canonical(value: string): string {
  return value
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replace(/^0+(?=.)/, '');
}

/** Registrable domain of a portal; the whole host (with port) where there is none: IP addresses, localhost names. */
export function portalHost(vendorUrl: string): string {
  const url = new URL(vendorUrl);
  return getDomain(url.hostname, { allowPrivateDomains: true }) ?? url.host;
}

/**
 * The canonical text of a ticket at a portal that nobody knows. Identity values (folio, webId, barcode, branch, extra)
 * decide when there are any; otherwise amount and date stand in. Spelling, spaces, dashes, case and leading zeros make no
 * difference.
 */
export function ticketIdentity(vendorUrl: string, ticket: TicketData): string {
  const parts: string[] = [];
  for (const key of ['folio', 'webId', 'barcode'] as const) {
    const value = ticket[key];
    if (value !== undefined) parts.push(`${key}=${canonical(value)}`);
  }
  const extra = Object.entries(ticket.extra ?? {}).map(
    ([key, value]) => `${canonical(key)}=${canonical(value)}`,
  );
  parts.push(...extra.sort());
  if (ticket.branch !== undefined && parts.length > 0) parts.push(`branch=${canonical(ticket.branch)}`);
  if (parts.length === 0) {
    parts.push(`amount=${ticket.amount.toFixed(2)}`, `date=${ticket.date.slice(0, 10)}`);
    if (ticket.branch !== undefined) parts.push(`branch=${canonical(ticket.branch)}`);
  }
  return [portalHost(vendorUrl).toLowerCase(), ...parts].join('|');
}

/** A ticket's canonical text by its vendor's own rule. */
export interface VendorIdentity {
  text: string;
  /** Which rule made it: whose, and by which fields. Another rule makes another key of the same ticket. */
  rule: string;
}

/**
 * The canonical text of a ticket by the fields that its vendor's entry marks as identity: over the whole platform where
 * the entry says so, else over the vendor's hosts. Null where the entry marks none, or the ticket lacks one of them: then
 * the general rule holds.
 */
export function vendorTicketIdentity(
  vendor: Pick<Vendor, 'slug' | 'platform' | 'identityScope' | 'ticketFields'>,
  ticket: TicketData,
): VendorIdentity | null {
  const fields = (vendor.ticketFields ?? []).filter(({ identity }) => identity);
  if (fields.length === 0) return null;
  const parts: string[] = [];
  for (const field of fields) {
    const value = ticketValue(ticket, field);
    if (value === null) return null;
    parts.push(`${field.name}=${field.name === 'date' ? value.slice(0, 10) : canonical(value)}`);
  }
  const { platform } = vendor;
  const whose =
    vendor.identityScope === 'platform' && platform !== null ? `platform:${platform.id}` : vendor.slug;
  // No host begins with an @, so no text of this rule is one of the general rule.
  return {
    text: [`@${whose}`, ...parts.sort()].join('|'),
    rule: [`@${whose}`, ...fields.map(({ name }) => name).sort()].join('|'),
  };
}
