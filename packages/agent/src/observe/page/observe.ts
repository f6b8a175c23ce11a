/** The one pass over a frame. Runs inside pages. */
import type { FrameObservation, RawElement } from '../frame-observation.ts';
import type { ElementRole } from '../../types.ts';
import { captchaWidget } from './captcha.ts';
import { isControl, visible, walk } from './dom.ts';
import { shapeOf, viewOf, visibleProxy, type Scene } from './controls.ts';
import { blockingLayers, openDialogs } from './overlays.ts';
import { isLeaf, roleOf } from './roles.ts';
import { documentId, numberOf } from './registry.ts';
import { textsOf } from './texts.ts';
import { watchRoot } from './quiet.ts';

const MAX_ELEMENTS = 1200;
const MAX_INLINE = 2_000_000;

export function observe(): FrameObservation {
  const scene: Scene = { dialogs: openDialogs(), layers: blockingLayers() };
  const elements = controls(scene);
  return {
    documentId,
    url: location.href,
    title: document.title,
    elements,
    texts: textsOf(scene.dialogs),
    captcha: captchaWidget(),
    focus: focused(),
    inlineXml: inlineXml(),
    dataUrls: addresses('data:'),
    blobUrls: addresses('blob:'),
  };
}

/** What the page shows apart from field values: when it differs, the page has changed. */
export function digest(): string {
  const { url, elements, texts } = observe();
  const shapes = elements.map((element) => {
    const marks = `${element.visible ? '' : 'h'}${element.covered ? 'c' : ''}${element.invalid ? 'i' : ''}`;
    const options = element.role === 'select' ? element.options.map((option) => option.text).join('|') : '';
    return `${shapeOf(element)}${marks}${options}`;
  });
  return hash([url, ...shapes, ...texts.map((text) => `${text.kind}:${text.text}`)].join('\n'));
}

function controls(scene: Scene): RawElement[] {
  const views: RawElement[] = [];
  const open: Element[] = [];
  walk(
    document.documentElement,
    (element) => {
      const role = roleOf(element);
      if (role === null || views.length >= MAX_ELEMENTS) return true;
      if (!isShown(element) && !isControl(element)) return true;
      const inside = open.findLast((outer) => outer.contains(element));
      if (inside !== undefined && isEcho(element, inside, role)) return true;
      views.push(viewOf(element, role, scene));
      if (role === 'listbox' || role === 'clickable') open.push(element);
      return !isLeaf(element, role);
    },
    watchRoot,
  );
  return views;
}

function isShown(element: Element): boolean {
  return visible(element) || visibleProxy(element) !== null;
}

/** The parts of a clickable thing that are only its picture, arrow or label say nothing new. */
function isEcho(element: Element, outer: Element, role: ElementRole): boolean {
  if (isControl(element)) return !visible(element);
  return role === 'clickable' && outer.getAttribute('role') !== 'listbox' && outer.children.length < 6;
}

function focused(): number | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement != null) active = active.shadowRoot.activeElement;
  return active === null || active === document.body ? null : numberOf(active);
}

function inlineXml(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll('textarea,pre,code,input[type=hidden]')) {
    const text = isControl(element) ? element.value : (element.textContent ?? '');
    if (text.length <= MAX_INLINE && /<(\w+:)?Comprobante[\s>]/.test(text)) found.push(text);
  }
  return found;
}

function addresses(scheme: 'data:' | 'blob:'): string[] {
  const found = new Set<string>();
  for (const element of document.querySelectorAll(
    `[src^="${scheme}"],[href^="${scheme}"],[data^="${scheme}"]`,
  )) {
    const address =
      element.getAttribute('src') ?? element.getAttribute('href') ?? element.getAttribute('data') ?? '';
    if (!element.matches('img,script,link,style,source,video,audio') && address.length <= MAX_INLINE)
      found.add(address);
  }
  return [...found];
}

/** FNV-1a, 2 × 32 bits: short, and only compared with itself. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x1000193;
  for (let at = 0; at < text.length; at += 1) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    two = Math.imul(two ^ text.charCodeAt(at), 0x85ebca6b);
  }
  return (one >>> 0).toString(16) + (two >>> 0).toString(16);
}
