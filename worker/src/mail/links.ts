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
  for (const { address, label } of anchorsOf(html)) add(address, label);
  for (const [address] of text.matchAll(/https?:\/\/[^\s<>"'()[\]]{1,2000}/gi)) add(address, '');
  return [...found.values()];
}

const MOST_ANCHORS = 500;
const MOST_TAG_LETTERS = 2_500;
const MOST_LABEL_LETTERS = 500;
/** An address, quoted in any way, in the few letters of one tag. */
const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** The anchors of a page that may be a trap: found piece by piece, so that none costs more than its few letters. */
function* anchorsOf(html: string): Generator<{ address: string; label: string }> {
  let seen = 0;
  for (const { index } of html.matchAll(/<a\s/gi)) {
    seen += 1;
    if (seen > MOST_ANCHORS) return;
    const piece = html.slice(index, index + MOST_TAG_LETTERS);
    const end = piece.indexOf('>');
    const [, double, single, bare] = HREF.exec(end < 0 ? '' : piece.slice(0, end + 1)) ?? [];
    const address = double ?? single ?? bare;
    if (address === undefined) continue;
    const content = html.slice(index + end + 1, index + end + 1 + MOST_LABEL_LETTERS);
    const close = content.search(/<\/a/i);
    const label = plain(content.slice(0, close < 0 ? 0 : close).replaceAll(/<[^<>]*>/g, ' '));
    yield { address: unescapeHtml(address), label };
  }
}

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
