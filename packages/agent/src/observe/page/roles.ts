/** What each element is for, by tag, role, and the habits of widget authors. Runs inside pages. */
import type { ElementRole } from '../../types.ts';
import { closest, isControl, line, parentOf, visible, words } from './dom.ts';

const ARIA_ROLES: Record<string, ElementRole> = {
  button: 'button',
  link: 'link',
  checkbox: 'checkbox',
  switch: 'checkbox',
  menuitemcheckbox: 'checkbox',
  radio: 'radio',
  menuitemradio: 'radio',
  combobox: 'listbox',
  listbox: 'listbox',
  option: 'option',
  tab: 'tab',
  menuitem: 'clickable',
  treeitem: 'clickable',
  gridcell: 'clickable',
  textbox: 'textbox',
  searchbox: 'textbox',
  spinbutton: 'textbox',
  slider: 'textbox',
};

const LIST_WORDS =
  /(^|[-_\s])(select|selectbox|dropdown|combobox|combo|listbox|multiselect|picklist|chosen)([-_\s]|$)/i;
const OPTION_WORDS =
  /(^|[-_\s])(option|opcion|dropdown-item|select-item|list-item|menu-item|suggestion|autocomplete-item|results__option|active-result)([-_\s]|$)/i;
const ASKS_TO_CHOOSE = /^[-–—\s]*(selecci[oó]n|elige|elija|escoge|escoja|choose|select\b)/i;
const CLICKABLE_TAGS = new Set([
  'DIV',
  'SPAN',
  'LI',
  'TD',
  'IMG',
  'I',
  'P',
  'B',
  'STRONG',
  'svg',
  'LABEL',
  'TR',
  'A',
]);

/** Once it has asked to choose, a list box is known, whatever choice it shows later. */
const knownLists = new WeakSet<Element>();

/** The role of an element, or null for what nobody acts on. */
export function roleOf(element: Element): ElementRole | null {
  const tag = element.tagName;
  if (tag === 'INPUT') return inputRole(element as HTMLInputElement);
  if (tag === 'SELECT') return 'select';
  if (tag === 'TEXTAREA') return 'textbox';
  const aria = ARIA_ROLES[element.getAttribute('role') ?? ''];
  if (aria !== undefined) return aria;
  if (isEditingHost(element)) return 'textbox';
  if (knownLists.has(element) || opensList(element)) {
    knownLists.add(element);
    return 'listbox';
  }
  if (tag === 'BUTTON' || tag === 'SUMMARY') return 'button';
  if (tag === 'A' && element.hasAttribute('href')) return 'link';
  if (!isClickable(element)) return null;
  return OPTION_WORDS.test(element.getAttribute('class') ?? '') ? 'option' : 'clickable';
}

function inputRole(input: HTMLInputElement): ElementRole | null {
  switch (input.type) {
    case 'hidden':
      return null;
    case 'checkbox':
      return 'checkbox';
    case 'radio':
      return 'radio';
    case 'file':
      return 'file';
    case 'submit':
    case 'button':
    case 'reset':
    case 'image':
      return 'button';
    default: {
      const picks =
        input.getAttribute('role') === 'combobox' || input.getAttribute('aria-haspopup') === 'listbox';
      return picks ? 'listbox' : 'textbox';
    }
  }
}

function isEditingHost(element: Element): boolean {
  if (!(element instanceof HTMLElement) || !element.isContentEditable) return false;
  return element.parentElement?.isContentEditable !== true;
}

/** A list box made of divs: the element that shows the choice and opens the list. */
function opensList(element: Element): boolean {
  if (element.getAttribute('aria-haspopup') === 'listbox') return !inNavigation(element);
  if (element.tagName === 'A') return false;
  const own = element.getAttribute('class') ?? '';
  if (OPTION_WORDS.test(own)) return false;
  const text = element.textContent ?? '';
  if (!LIST_WORDS.test(words(element)) && !(text.length < 200 && ASKS_TO_CHOOSE.test(line(text, 60))))
    return false;
  if (!isClickable(element) && element.tagName !== 'BUTTON') return false;
  const inner = element.querySelectorAll('input:not([type=hidden]):not([aria-hidden]),textarea,button');
  return !Array.from(inner).some((control) => visible(control)) && !inNavigation(element);
}

function inNavigation(element: Element): boolean {
  return closest(element, (candidate) => candidate.matches('nav,[role=navigation],[role=menubar]')) !== null;
}

/** Made to be clicked: a handler in the markup, a tab stop, or the hand cursor that its parent has not. */
export function isClickable(element: Element): boolean {
  if (
    element.hasAttribute('onclick') ||
    element.hasAttribute('ng-click') ||
    element.hasAttribute('data-action')
  ) {
    return true;
  }
  const tabStop = element.getAttribute('tabindex');
  if (tabStop !== null && Number(tabStop) >= 0 && !/^H[1-6]$/.test(element.tagName)) return true;
  if (!CLICKABLE_TAGS.has(element.tagName) || getComputedStyle(element).cursor !== 'pointer') return false;
  if (element.tagName === 'LABEL') return false;
  const parent = parentOf(element);
  if (parent === null || getComputedStyle(parent).cursor !== 'pointer') return true;
  // Rows of options inherit the hand from their list; each of them is one choice.
  return parent.children.length > 1 && OPTION_WORDS.test(element.getAttribute('class') ?? '');
}

/** Controls whose content is part of them: nothing below is listed by itself. */
export function isLeaf(element: Element, role: ElementRole): boolean {
  if (isControl(element)) return true;
  if (role === 'clickable' || role === 'listbox' || role === 'tab') return false;
  return true;
}
