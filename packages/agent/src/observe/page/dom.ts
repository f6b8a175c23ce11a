/** Small questions to the DOM, over open shadow roots. Runs inside pages. */

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const SKIPPED = new Set([
  'SCRIPT',
  'STYLE',
  'NOSCRIPT',
  'TEMPLATE',
  'HEAD',
  'META',
  'LINK',
  'OPTION',
  'OPTGROUP',
]);

/** One line: white space collapsed, trimmed, at most `max` characters. */
export function line(text: string | null | undefined, max = 300): string {
  const flat = (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();
  return flat.length > max ? `${flat.slice(0, max - 1)}…` : flat;
}

/** For comparing words: lower case, no accents, letters and digits only. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

export function isControl(element: Element): element is Control {
  return element.tagName === 'INPUT' || element.tagName === 'SELECT' || element.tagName === 'TEXTAREA';
}

export function inputType(element: Element): string {
  return element.tagName === 'INPUT' ? (element as HTMLInputElement).type : '';
}

export function parentOf(element: Element): Element | null {
  if (element.assignedSlot !== null) return element.assignedSlot;
  if (element.parentElement !== null) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/** The nearest ancestor or self that passes, over shadow roots. */
export function closest(element: Element, test: (candidate: Element) => boolean): Element | null {
  for (let current: Element | null = element; current !== null; current = parentOf(current)) {
    if (test(current)) return current;
  }
  return null;
}

export function contains(outer: Element, inner: Element): boolean {
  return closest(inner, (candidate) => candidate === outer) !== null;
}

/** Painted, with a size. */
export function visible(element: Element): boolean {
  if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return false;
  const box = element.getBoundingClientRect();
  return (box.width > 1 && box.height > 1) || getComputedStyle(element).display === 'contents';
}

/** Class and id words, for recognising what an element is meant to be. */
export function words(element: Element): string {
  return `${element.getAttribute('class') ?? ''} ${element.id}`;
}

/** Visits elements depth first, into open shadow roots; `visit` returns false to leave out what lies below. */
export function walk(
  root: Element | ShadowRoot,
  visit: (element: Element) => boolean,
  onShadow?: (root: ShadowRoot) => void,
): void {
  for (let child = root.firstElementChild; child !== null; child = child.nextElementSibling) {
    if (SKIPPED.has(child.tagName)) continue;
    if (!visit(child)) continue;
    if (child.shadowRoot !== null) {
      onShadow?.(child.shadowRoot);
      walk(child.shadowRoot, visit, onShadow);
    }
    walk(child, visit, onShadow);
  }
}

/** The element that a pointer at this point of the viewport would hit, through shadow roots. */
export function hitAt(x: number, y: number): Element | null {
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot != null) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (inner === null || inner === hit) break;
    hit = inner;
  }
  return hit;
}

/** The text of an element without that of the controls in it. */
export function textWithoutControls(element: Element): string {
  let text = '';
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue ?? '';
    else if (node instanceof Element && !isControl(node) && !SKIPPED.has(node.tagName)) {
      text += ` ${textWithoutControls(node)} `;
    }
  }
  return text;
}

/** Text that an element shows: `innerText` knows what is hidden. */
export function shownText(element: Element, max = 300): string {
  return line(element instanceof HTMLElement ? element.innerText : element.textContent, max);
}
