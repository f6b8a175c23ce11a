/** Dialogs of the page, and what lies over what. Runs inside pages. */
import { closest, contains, hitAt, line, shownText, visible, walk, words } from './dom.ts';

const DIALOG_WORDS =
  /(^|[-_\s])(modal|dialog|dialogo|swal2?-popup|sweet-alert|popup|lightbox|fancybox|ui-dialog|p-dialog)([-_\s]|$)/i;

/** Dialogs that are open, outermost only. */
export function openDialogs(): Element[] {
  const found: Element[] = [];
  walk(document.documentElement, (element) => {
    if (!isDialog(element) || !visible(element) || line(element.textContent, 10) === '') return true;
    found.push(element);
    return false;
  });
  return found;
}

function isDialog(element: Element): boolean {
  if (element.tagName === 'DIALOG') return (element as HTMLDialogElement).open;
  const role = element.getAttribute('role');
  if (role === 'alertdialog' || element.getAttribute('aria-modal') === 'true') return true;
  if (role !== 'dialog' && !DIALOG_WORDS.test(words(element))) return false;
  const position = getComputedStyle(element).position;
  if (position === 'fixed') return true;
  return position === 'absolute' && closest(element, isFixedLayer) !== null
    ? true
    : position === 'absolute' && Number(getComputedStyle(element).zIndex) > 0;
}

function isFixedLayer(element: Element): boolean {
  return getComputedStyle(element).position === 'fixed';
}

/** Layers that catch every pointer: found under the middle and near the corners of the viewport. */
export function blockingLayers(): Element[] {
  const layers = new Set<Element>();
  for (const [x, y] of [
    [0.5, 0.5],
    [0.05, 0.05],
    [0.95, 0.95],
  ] as const) {
    const hit = hitAt(innerWidth * x, innerHeight * y);
    const layer = hit === null ? null : closest(hit, coversViewport);
    if (layer !== null) layers.add(layer);
  }
  return [...layers];
}

function coversViewport(element: Element): boolean {
  if (element === document.body || element === document.documentElement) return false;
  const style = getComputedStyle(element);
  if (style.position !== 'fixed' && style.position !== 'absolute') return false;
  const box = element.getBoundingClientRect();
  return box.width >= innerWidth * 0.95 && box.height >= innerHeight * 0.95;
}

/** Short words for what covers an element: enough for a person to recognise it. */
export function describe(element: Element): string {
  const label = element.getAttribute('aria-label') ?? shownText(element, 40);
  return line(`${element.tagName.toLowerCase()} ${words(element)} ${label}`, 100);
}

/** What a pointer at the element's centre would hit instead of it; null when it would be reached. */
export function coverOf(element: Element, layers: readonly Element[]): Element | null {
  const box = element.getBoundingClientRect();
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  if (x >= 0 && y >= 0 && x < innerWidth && y < innerHeight) {
    const hit = hitAt(x, y);
    return hit === null || reaches(hit, element) ? null : hit;
  }
  // Out of view: only a layer that covers everything matters, for the rest moves when it is scrolled.
  return layers.find((layer) => !contains(layer, element)) ?? null;
}

/** Whether a click on `hit` counts as one on `element`: itself, its content, its label. */
export function reaches(hit: Element, element: Element): boolean {
  if (contains(element, hit) || contains(hit, element)) {
    return contains(element, hit) || !coversViewport(hit);
  }
  const label = closest(hit, (candidate) => candidate.tagName === 'LABEL') as HTMLLabelElement | null;
  return label !== null && (label.control === element || contains(label, element));
}
