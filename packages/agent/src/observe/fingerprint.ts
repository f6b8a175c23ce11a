/** A page's identity without its values: equal pages give equal text, over days and customers. */
import { createHash } from 'node:crypto';
import type { ElementView } from '../types.ts';

/** Host, path with long numbers and ids blurred, and the structure of the controls that are seen. */
export function fingerprint(url: string, elements: readonly ElementView[]): string {
  const parts = elements
    .filter((element) => element.visible && element.role !== 'option')
    .map((element) => `${element.role}:${element.type}:${words(element)}`);
  return createHash('sha256')
    .update([place(url), ...parts].join('\n'))
    .digest('hex')
    .slice(0, 24);
}

function place(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, hash } = new URL(url);
  const route = hash.startsWith('#/') || hash.startsWith('#!') ? hash.replace(/\?.*$/, '') : '';
  return `${host}${(pathname + route).replace(/[0-9a-f]{8,}|\d{3,}/gi, '#')}`;
}

/** Names of links and rows hold values; those of fields and buttons do not, apart from digits. */
function words(element: ElementView): string {
  if (element.role === 'link' || element.role === 'clickable') return '';
  const name = element.role === 'listbox' ? element.labels.label || element.labels.aria : element.name;
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\d+/g, '#')
    .replace(/[^a-z#]+/g, ' ')
    .trim();
}
