/** Links of a mail: which ones may lead to the invoice, and may be followed. Pure. */
import { inScope, portalScope, type PortalScope } from '@cfdi-live/agent';

/** A link as it stands in a mail. */
export interface MailLink {
  url: URL;
  /** What it reads, lower case without accents; empty where the address stands for itself. */
  label: string;
}

const MOST_LINKS = 200;
/** Followed of one mail. */
export const MOST_FOLLOWED = 6;

/** The links of a mail's two texts, each address once. */
export function linksOf({ html, text }: { html: string; text: string }): MailLink[] {
  const found = new Map<string, MailLink>();
  const add = (address: string, label: string): void => {
    if (found.size >= MOST_LINKS || !URL.canParse(address)) return;
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return;
    url.hash = '';
    if (!found.has(url.href)) found.set(url.href, { url, label });
  };
  for (const [, , double, single, bare, content = ''] of html.matchAll(ANCHOR)) {
    add(unescapeHtml(double ?? single ?? bare ?? ''), plain(content.replaceAll(/<[^>]*>/g, ' ')));
  }
  for (const [address] of text.matchAll(/https?:\/\/[^\s<>"'()[\]]{1,2000}/gi)) add(address, '');
  return [...found.values()];
}

/** An anchor with its address, quoted in any way, and what it reads. */
const ANCHOR =
  /<a\s([^>]{0,500}?\s)?href\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))[^>]{0,500}>([\s\S]{0,500}?)<\/a/gi;

function unescapeHtml(text: string): string {
  return text
    .replaceAll(/&#x([\da-f]{1,6});/gi, (_whole, hex: string) => letter(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_whole, code: string) => letter(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
}

function letter(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}

/** Words of links that hand a document over. */
const DOCUMENT = /xml|pdf|zip|cfdi|factura|comprobante|descarg|download|invoice/;
/** A link may do more than show: these are never followed, whatever else they say. */
const CHANGES = /cancel|baja|unsubscribe|elimin|borra|delete|rechaz|remove|logout|refactur|sustitu/;
/** Nor what asks for an invoice: it may issue a second one. */
const ISSUES = /\b(facturar|generar|genera tu|timbrar|emitir|solicitar|facturacion)\b/;

/** The portal's own ground and its vendor's. */
export function deliveryScopes(portalUrl: string, vendorHosts: readonly string[]): PortalScope[] {
  return [portalScope(portalUrl), ...vendorHosts.map((host) => portalScope(`https://${host}/`))];
}

/** Those that may be followed, the likeliest first. */
export function linksToFollow(links: readonly MailLink[], scopes: readonly PortalScope[]): URL[] {
  return links
    .filter(({ url, label }) => {
      const place = `${url.pathname}${url.search}`.toLowerCase();
      if (CHANGES.test(label) || CHANGES.test(place) || ISSUES.test(label)) return false;
      return DOCUMENT.test(`${label} ${place}`) && scopes.some((scope) => inScope(scope, url));
    })
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_FOLLOWED)
    .map(({ url }) => url);
}

/** The XML is the invoice; the rest is its wrapping. */
function rank({ url, label }: MailLink): number {
  const words = `${label} ${url.pathname.toLowerCase()}`;
  if (words.includes('xml')) return 0;
  return /zip|descarg|download/.test(words) ? 1 : 2;
}
