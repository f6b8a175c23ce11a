/** Where a control is, what it holds, and making it ready for real input. Runs inside pages. */
import type { FieldState, Located, NativeChoice, Point } from '../frame-observation.ts';
import { closest, hitAt, inputType, isControl, line, plain, shownText, visible } from './dom.ts';
import { isChecked, isDisabled, isReadonly, expandedOf, visibleProxy } from './controls.ts';
import { describe, reaches } from './overlays.ts';
import { elementOf } from './registry.ts';

/** Brings an element into view and tells where a pointer reaches it. */
export function locate(n: number): Located {
  const element = elementOf(n);
  if (element === null) return { state: 'gone' };
  const target = visible(element) ? element : visibleProxy(element);
  if (target === null) return { state: 'hidden' };
  if (isDisabled(element)) return { state: 'disabled' };
  if (!inView(target)) target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  let by: Element | null = null;
  for (const point of points(target)) {
    const hit = hitAt(point.x, point.y);
    if (hit !== null && reaches(hit, element)) return { state: 'ready', point };
    by ??= hit;
  }
  const point = points(target)[0] ?? { x: 0, y: 0 };
  return { state: 'covered', by: by === null ? 'outside of the view' : describe(by), point };
}

function inView(element: Element): boolean {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}

/** The centre first; then inside the corners, for what is partly covered. Lines of wrapped links have boxes of their own. */
function points(element: Element): Point[] {
  const box = [...element.getClientRects()].find((rect) => rect.width > 0 && rect.height > 0);
  if (box === undefined) return [];
  const at = (fx: number, fy: number): Point => ({
    x: box.left + box.width * fx,
    y: box.top + box.height * fy,
  });
  return [at(0.5, 0.5), at(0.15, 0.5), at(0.85, 0.5), at(0.5, 0.2), at(0.5, 0.8)].filter(
    ({ x, y }) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight,
  );
}

let clickSeen: boolean | null = null;

/** Watches whether the next click of the pointer arrives at this element; `clickArrived` tells. */
export function expectClick(n: number): void {
  const element = elementOf(n);
  clickSeen = null;
  if (element === null) return;
  const listener = (event: Event) => {
    const hit = event.composedPath()[0];
    clickSeen = hit instanceof Element && reaches(hit, element);
  };
  addEventListener('pointerdown', listener, { capture: true, once: true });
}

/** True or false for the click expected last; null when none came to this frame. */
export function clickArrived(): boolean | null {
  return clickSeen;
}

export function read(n: number): FieldState | null {
  const element = elementOf(n);
  if (element === null) return null;
  const type = inputType(element);
  const control = isControl(element);
  const value = control ? element.value : (element.textContent ?? '');
  return {
    tag: element.tagName.toLowerCase(),
    type,
    value: type === 'password' ? '' : value,
    length: value.length,
    checked: isChecked(element),
    readonly: isReadonly(element),
    disabled: isDisabled(element),
    focused: hasFocus(element),
    editable:
      (control && element.tagName !== 'SELECT') ||
      (element instanceof HTMLElement && element.isContentEditable),
    selectedText: selectedText(element),
    expanded: expandedOf(element),
  };
}

function selectedText(element: Element): string {
  if (element.tagName !== 'SELECT') return control(element) ? line(element.value, 300) : shownText(element);
  return line(
    [...(element as HTMLSelectElement).selectedOptions].map((option) => option.text).join(', '),
    300,
  );
}

function control(element: Element): element is HTMLInputElement {
  return isControl(element);
}

function hasFocus(element: Element): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  return (
    root.activeElement === element || (root.activeElement !== null && element.contains(root.activeElement))
  );
}

/** Focuses without a pointer: for what a pointer cannot reach but a keyboard can. */
export function focus(n: number): boolean {
  const element = elementOf(n);
  if (!(element instanceof HTMLElement)) return false;
  element.focus({ preventScroll: false });
  return hasFocus(element);
}

/** Ends the editing of a field, so that the page's change and blur handlers run as for a person. */
export function blur(n: number): void {
  const element = elementOf(n);
  if (element instanceof HTMLElement) element.blur();
}

/** Selects all that a text field holds; the next key replaces it. */
export function selectContent(n: number): void {
  const element = elementOf(n);
  if (element === null) return;
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.select();
    return;
  }
  getSelection()?.selectAllChildren(element);
}

/**
 * The way to an option of a native `<select>` by keyboard, from its open list's first option: value first, then text.
 * `steps` is null where the list cannot be worked so. Null when no option fits.
 */
export function planNative(n: number, value: string | null, text: string | null): NativeChoice | null {
  const select = elementOf(n);
  if (!(select instanceof HTMLSelectElement)) return null;
  const option = findOption(select, value, text);
  if (option === null || !isSelectable(option)) return null;
  const before = [...select.options].slice(0, option.index).filter(isSelectable).length;
  const single = !select.multiple && select.size <= 1;
  return {
    text: line(option.text, 300),
    chosen: option.selected && select.selectedOptions.length === 1,
    steps: single && CSS.supports('selector(:open)') ? before : null,
  };
}

function isSelectable(option: HTMLOptionElement): boolean {
  const parent = option.parentElement;
  const group = parent instanceof HTMLOptGroupElement ? parent : null;
  if (option.disabled || option.hidden || group?.disabled === true || group?.hidden === true) return false;
  return getComputedStyle(option).display !== 'none';
}

/** Whether a native list is open, so that keys move in it without choosing yet. */
export function listIsOpen(n: number): boolean {
  return elementOf(n)?.matches(':open') ?? false;
}

/** Chooses without the keyboard: selects the option, then input and change. Returns the chosen text, null if none fits. */
export function chooseNative(n: number, value: string | null, text: string | null): string | null {
  const select = elementOf(n);
  if (!(select instanceof HTMLSelectElement)) return null;
  const option = findOption(select, value, text);
  if (option === null || !isSelectable(option)) return null;
  if (!option.selected || select.selectedOptions.length !== 1) {
    select.selectedIndex = option.index;
    select.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }
  return line(option.text, 300);
}

function findOption(
  select: HTMLSelectElement,
  value: string | null,
  text: string | null,
): HTMLOptionElement | null {
  const options = [...select.options];
  const byValue = value === null ? undefined : options.find((option) => option.value === value);
  if (byValue !== undefined || text === null) return byValue ?? null;
  const wanted = plain(text);
  return (
    options.find((option) => plain(option.text) === wanted) ??
    options.find((option) => plain(option.text).startsWith(`${wanted} `)) ??
    options.find((option) => plain(option.text).includes(wanted)) ??
    null
  );
}

/** Sets a date, time or colour field, whose parts cannot be typed alike in all languages of a browser. */
export function setPicked(n: number, value: string): string {
  const input = elementOf(n);
  if (!(input instanceof HTMLInputElement)) return '';
  input.value = value;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
  return input.value;
}

export function scrollPage(n: number | null): boolean {
  const element = n === null ? null : elementOf(n);
  const before = scrollY;
  if (element !== null) {
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    return true;
  }
  scrollBy({ top: innerHeight * 0.8, behavior: 'instant' });
  return scrollY !== before;
}

/** Whether this frame element is seen, and where its content begins in this frame's viewport. */
export function frameBox(frame: Element): { visible: boolean; covered: boolean; x: number; y: number } {
  const box = frame.getBoundingClientRect();
  const hit = hitAt(box.left + box.width / 2, box.top + box.height / 2);
  return {
    visible: visible(frame) && box.width > 4 && box.height > 4,
    covered: hit !== null && closest(hit, (candidate) => candidate === frame) === null,
    x: box.left + frame.clientLeft,
    y: box.top + frame.clientTop,
  };
}

/** The content of a `blob:` address of this document, base64; null when it cannot be read or is too large. */
export async function readBlob(address: string, maxBytes: number): Promise<string | null> {
  try {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    if (bytes.length === 0 || bytes.length > maxBytes) return null;
    let binary = '';
    for (let at = 0; at < bytes.length; at += 8192)
      binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(binary);
  } catch {
    return null;
  }
}
