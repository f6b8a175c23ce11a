/** One control → its plain view. Runs inside pages. */
import type { ElementOption, ElementRole } from '../../types.ts';
import type { RawElement } from '../frame-observation.ts';
import { besideCaptcha } from './captcha.ts';
import { closest, contains, inputType, isControl, line, plain, shownText, visible, words } from './dom.ts';
import { accessibleName, labelsOf } from './labels.ts';
import { coverOf } from './overlays.ts';
import { numberOf } from './registry.ts';

const FILE_LINK = /\.(pdf|xml|zip)(\?|#|$)/i;
const INVALID_WORDS =
  /(^|[-_\s])(is-invalid|invalid|ng-invalid-shown|has-error|error|p-invalid|input-validation-error)([-_\s]|$)/i;
const MAX_OPTIONS = 500;

export interface Scene {
  dialogs: readonly Element[];
  layers: readonly Element[];
}

export function viewOf(element: Element, role: ElementRole, scene: Scene): RawElement {
  const labels = labelsOf(element);
  const box = element.getBoundingClientRect();
  const type = inputType(element);
  const shown = visible(element);
  const href = element.getAttribute('href') ?? '';
  return {
    n: numberOf(element),
    role,
    tag: element.tagName.toLowerCase(),
    type,
    name: line(accessibleName(element, labels), 120),
    labels,
    value: valueOf(element, role),
    checked: isChecked(element),
    disabled: isDisabled(element),
    readonly: isReadonly(element),
    required: isRequired(element, labels.label),
    invalid: isInvalid(element),
    visible: shown || visibleProxy(element) !== null,
    covered: shown && coverOf(element, scene.layers) !== null,
    suspicious: isSuspicious(element, box, labels.label),
    besideCaptcha: besideCaptcha(element),
    options: optionsOf(element),
    maxLength: maxLengthOf(element),
    pattern: element.getAttribute('pattern') ?? '',
    inputMode: element.getAttribute('inputmode') ?? '',
    autocomplete: element.getAttribute('autocomplete') ?? '',
    href: element.tagName === 'A' ? line((element as HTMLAnchorElement).href, 2000) : '',
    download: element.hasAttribute('download') || FILE_LINK.test(href),
    expanded: expandedOf(element),
    inDialog: scene.dialogs.some((dialog) => contains(dialog, element)),
    formKey: formKeyOf(element, scene.dialogs),
    box: {
      x: Math.round(box.x + scrollX),
      y: Math.round(box.y + scrollY),
      width: Math.round(box.width),
      height: Math.round(box.height),
    },
  };
}

export function valueOf(element: Element, role: ElementRole): string {
  const type = inputType(element);
  if (type === 'password' || role === 'button' || type === 'checkbox' || type === 'radio') return '';
  if (element.tagName === 'SELECT') {
    return line(
      [...(element as HTMLSelectElement).selectedOptions].map((option) => option.text).join(', '),
      200,
    );
  }
  if (isControl(element)) return line(element.value, 500);
  if (role === 'listbox') return line(shownText(element), 200);
  return role === 'textbox' ? line(element.textContent, 500) : '';
}

/** What a person sees and clicks instead of a hidden check box or file field: its label. */
export function visibleProxy(element: Element): Element | null {
  const type = inputType(element);
  if (type !== 'checkbox' && type !== 'radio' && type !== 'file') return null;
  const labels = [...((element as HTMLInputElement).labels ?? [])];
  return labels.find((label) => visible(label)) ?? null;
}

export function isChecked(element: Element): boolean {
  const type = inputType(element);
  if (type === 'checkbox' || type === 'radio') return (element as HTMLInputElement).checked;
  return element.getAttribute('aria-checked') === 'true' || element.getAttribute('aria-selected') === 'true';
}

export function isDisabled(element: Element): boolean {
  return (
    element.matches(':disabled') ||
    closest(element, (c) => c.getAttribute('aria-disabled') === 'true') !== null
  );
}

export function isReadonly(element: Element): boolean {
  return (
    (isControl(element) && 'readOnly' in element && element.readOnly) ||
    element.getAttribute('aria-readonly') === 'true'
  );
}

function isRequired(element: Element, label: string): boolean {
  if (isControl(element) && element.required) return true;
  return element.getAttribute('aria-required') === 'true' || /\*\s*:?$/.test(label);
}

function isInvalid(element: Element): boolean {
  return element.getAttribute('aria-invalid') === 'true' || INVALID_WORDS.test(words(element));
}

function isSuspicious(element: Element, box: DOMRect, label: string): boolean {
  if (!isControl(element)) return false;
  if (visibleProxy(element) !== null) return false;
  const type = inputType(element);
  if (type === 'checkbox' || type === 'radio' || type === 'file') {
    return !visible(element) && label === '';
  }
  // With its border and padding, a field of one pixel measures a few.
  if (box.width <= 8 || box.height <= 8) return true;
  if (box.right + scrollX < 0 || box.bottom + scrollY < 0) return true;
  if (closest(element, (candidate) => candidate.getAttribute('aria-hidden') === 'true') !== null) return true;
  // Over all ancestors at once.
  if (visible(element) && !element.checkVisibility({ opacityProperty: true })) return true;
  return element.tabIndex < 0 && label === '';
}

export function optionsOf(element: Element): ElementOption[] {
  if (element.tagName === 'SELECT') return nativeOptions((element as HTMLSelectElement).options);
  const suggestions = element.tagName === 'INPUT' ? (element as HTMLInputElement).list : null;
  if (suggestions !== null) return nativeOptions(suggestions.options);
  const list = controlledList(element);
  if (list === null) return [];
  return [...list.querySelectorAll('[role=option],li')].slice(0, MAX_OPTIONS).map((option) => ({
    value: option.getAttribute('data-value') ?? '',
    text: line(option.textContent, 120),
    selected: option.getAttribute('aria-selected') === 'true',
    disabled: option.getAttribute('aria-disabled') === 'true',
  }));
}

function nativeOptions(options: HTMLCollectionOf<HTMLOptionElement>): ElementOption[] {
  return [...options].slice(0, MAX_OPTIONS).map((option) => ({
    value: option.value,
    text: line(option.text || option.label, 120),
    selected: option.selected,
    disabled: option.disabled,
  }));
}

/** The open list that belongs to a custom list box. */
export function controlledList(element: Element): Element | null {
  const ids = `${element.getAttribute('aria-controls') ?? ''} ${element.getAttribute('aria-owns') ?? ''}`;
  const root = element.getRootNode() as Document | ShadowRoot;
  for (const id of ids.split(/\s+/)) {
    const list = id === '' ? null : root.getElementById(id);
    if (list !== null && visible(list)) return list;
  }
  return element.getAttribute('role') === 'listbox' && visible(element) ? element : null;
}

function maxLengthOf(element: Element): number | null {
  if (element.tagName !== 'INPUT' && element.tagName !== 'TEXTAREA') return null;
  const { maxLength } = element as HTMLInputElement;
  return maxLength >= 0 ? maxLength : null;
}

export function expandedOf(element: Element): boolean | null {
  const expanded = element.getAttribute('aria-expanded');
  return expanded === null ? null : expanded === 'true';
}

function formKeyOf(element: Element, dialogs: readonly Element[]): string {
  const dialog = dialogs.findIndex((candidate) => contains(candidate, element));
  const form = closest(
    element,
    (candidate) => candidate.tagName === 'FORM' || candidate.getAttribute('role') === 'form',
  );
  const part = form === null ? 'page' : `form${[...document.forms].indexOf(form as HTMLFormElement)}`;
  return dialog === -1 ? part : `${part}/dialog${dialog}`;
}

/** The part of an element that equal pages share: no value, no counter. */
export function shapeOf(view: RawElement): string {
  return `${view.role}:${view.type}:${plain(view.name).replace(/\d+/g, '#')}:${view.disabled ? 'd' : ''}`;
}
