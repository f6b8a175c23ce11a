/** Where the words about a control come from. Runs inside pages. */
import type { ElementLabels } from '../../types.ts';
import {
  closest,
  inputType,
  isControl,
  line,
  parentOf,
  shownText,
  textWithoutControls,
  visible,
} from './dom.ts';

const FIELD = 'input:not([type=hidden]),select,textarea,[role=combobox],[role=listbox],[role=textbox]';

export function labelsOf(element: Element): ElementLabels {
  return {
    label: labelText(element),
    aria: ariaText(element),
    near: line(nearText(element), 80),
    placeholder: line(element.getAttribute('placeholder'), 80),
    title: line(element.getAttribute('title'), 80),
    name: nameText(element),
    group: line(groupText(element), 80),
    row: rowText(element),
  };
}

/** The best accessible name: what a person would call it. */
export function accessibleName(element: Element, labels: ElementLabels): string {
  const own = labels.aria || labels.label || ownText(element);
  if (own !== '') return own;
  if (isControl(element) || element.getAttribute('role') === 'combobox') {
    return labels.near || labels.placeholder || labels.title;
  }
  return labels.title || labels.near;
}

function labelText(element: Element): string {
  const labelled = 'labels' in element ? (element as HTMLInputElement).labels : null;
  const texts = [...(labelled ?? [])].map((label) => line(textWithoutControls(label), 200));
  if (texts.length > 0) return line(texts.join(' '), 200);
  // Custom widgets cannot be labelled by `for`, yet authors write `<label for=their-id>` anyway.
  const root = element.getRootNode() as Document | ShadowRoot;
  if (element.id !== '' && !isControl(element)) {
    const label = root.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    if (label !== null) return line(textWithoutControls(label), 200);
  }
  return '';
}

function ariaText(element: Element): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter((id) => id !== '');
  const referred = ids.map((id) => root.getElementById(id)?.textContent ?? '').join(' ');
  return line(referred, 200) || line(element.getAttribute('aria-label'), 200);
}

function ownText(element: Element): string {
  const type = inputType(element);
  if (type === 'submit' || type === 'button' || type === 'reset') {
    const value = line((element as HTMLInputElement).value, 120);
    return value !== '' || type === 'button' ? value : type;
  }
  if (type === 'image') return line((element as HTMLInputElement).alt, 120);
  if (isControl(element)) return '';
  const shown = shownText(element, 120);
  if (shown !== '') return shown;
  const picture = element.matches('img') ? element : element.querySelector('img[alt],[aria-label],svg title');
  return line(
    picture?.getAttribute('alt') ?? picture?.getAttribute('aria-label') ?? picture?.textContent ?? '',
    120,
  );
}

function nameText(element: Element): string {
  const attributes = [
    'name',
    'id',
    'formcontrolname',
    'ng-model',
    'v-model',
    'data-bind',
    'inputid',
    'data-field',
  ];
  const values = attributes.map((attribute) => element.getAttribute(attribute) ?? '');
  return line([...new Set(values.filter((value) => value !== ''))].join(' '), 160);
}

/**
 * Text just before: preceding siblings up four levels, not beyond another field; else the column's head. The words of
 * a check box or radio stand behind it.
 */
function nearText(element: Element): string {
  const type = inputType(element);
  if (type === 'checkbox' || type === 'radio') return line(element.nextSibling?.textContent, 120);
  let current: Element | null = element;
  for (let level = 0; level < 4 && current !== null && current !== document.body; level += 1) {
    const before = precedingText(current);
    if (before.text !== '') return before.text;
    if (before.blocked) break;
    current = parentOf(current);
  }
  return columnHead(element);
}

function precedingText(element: Element): { text: string; blocked: boolean } {
  for (let node = element.previousSibling; node !== null; node = node.previousSibling) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = line(node.nodeValue, 120);
      if (/[\p{L}\d]/u.test(text)) return { text, blocked: false };
    } else if (node instanceof Element && !/^(SCRIPT|STYLE|TEMPLATE|BR)$/.test(node.tagName)) {
      if (/^(TR|THEAD|TBODY|TABLE)$/.test(node.tagName)) return { text: '', blocked: true };
      if (node.matches(FIELD) || node.querySelector(FIELD) !== null) {
        if (!(isControl(node) && !visible(node))) return { text: '', blocked: true };
      }
      const text = line(node.textContent, 120);
      if (/[\p{L}\d]/u.test(text) && visible(node)) return { text, blocked: false };
    }
  }
  return { text: '', blocked: false };
}

function columnHead(element: Element): string {
  const cell = element.closest('td');
  const row = cell?.parentElement;
  if (cell === null || !(row instanceof HTMLTableRowElement)) return '';
  const table = row.closest('table');
  const above = row.previousElementSibling;
  const candidates = [
    above instanceof HTMLTableRowElement ? above.cells[cell.cellIndex] : undefined,
    table?.tHead?.rows[0]?.cells[cell.cellIndex],
  ];
  for (const candidate of candidates) {
    if (candidate !== undefined && candidate.querySelector(FIELD) === null) {
      const text = line(candidate.textContent, 120);
      if (text !== '') return text;
    }
  }
  return '';
}

function groupText(element: Element): string {
  const fieldset = closest(
    element,
    (candidate) => candidate.tagName === 'FIELDSET' || groupName(candidate) !== '',
  );
  if (fieldset !== null) {
    const legend = fieldset.querySelector('legend');
    if (fieldset.tagName === 'FIELDSET' && legend !== null) return line(legend.textContent, 80);
    if (fieldset.tagName !== 'FIELDSET') return groupName(fieldset);
  }
  for (let current: Element | null = element, level = 0; current !== null && level < 6; level += 1) {
    const heading = headingBefore(current);
    if (heading !== '') return heading;
    current = parentOf(current);
  }
  return '';
}

/** What one row says of a thing, beside the controls that act on it. */
function rowText(element: Element): string {
  if (isControl(element) && !/^(button|submit|image)$/.test(inputType(element))) return '';
  const row = element.closest('tr,[role=row],li');
  if (row === null || (row.textContent ?? '').length > 400) return '';
  return shownText(row, 300);
}

function groupName(element: Element): string {
  const role = element.getAttribute('role');
  return role === 'group' || role === 'radiogroup' ? ariaText(element) : '';
}

function headingBefore(element: Element): string {
  for (let node = element.previousElementSibling; node !== null; node = node.previousElementSibling) {
    if (/^H[1-6]$/.test(node.tagName) || node.getAttribute('role') === 'heading')
      return line(node.textContent, 80);
  }
  return '';
}
