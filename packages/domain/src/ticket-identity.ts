/** What makes two tickets the same ticket: the text that the ticket's key is an HMAC of. */
import type { TicketData } from '@cfdi-live/contract';
import { getDomain } from 'tldts';

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
 * The canonical text of a ticket at a portal. Identity values (folio, webId, barcode, branch, extra) decide when there are any;
 * otherwise amount and date stand in. Spelling, spaces, dashes, case and leading zeros make no difference.
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
