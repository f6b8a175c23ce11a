/** Controls gathered into fields: a radio group is one field, so is a code split over several boxes. Pure. */
import type { ElementView } from '../../types.ts';

/** What a person would call one field. `view` speaks for it; `parts` are the controls that hold the value. */
export interface FormField {
  kind: 'single' | 'radios' | 'split';
  view: ElementView;
  parts: ElementView[];
}

const TEXT_TYPES = new Set([
  '',
  'text',
  'search',
  'tel',
  'email',
  'number',
  'date',
  'datetime-local',
  'time',
  'month',
  'url',
  'password',
  'textarea',
]);

/** The fields among `elements`, in page order. Honeypots and hidden controls are not fields. */
export function formFields(elements: readonly ElementView[]): FormField[] {
  const usable = elements.filter((element) => element.visible && !element.suspicious);
  const fields: FormField[] = [];
  const taken = new Set<ElementView>();
  for (const [index, element] of usable.entries()) {
    if (taken.has(element)) continue;
    if (element.role === 'radio') {
      const parts = usable.filter((other) => sameRadioGroup(element, other));
      for (const part of parts) taken.add(part);
      fields.push({ kind: 'radios', view: radioView(element, parts), parts });
    } else if (element.role === 'select' || element.role === 'listbox') {
      fields.push({ kind: 'single', view: element, parts: [element] });
    } else if (element.role === 'textbox' && TEXT_TYPES.has(element.type)) {
      const parts = splitRun(usable, index);
      for (const part of parts) taken.add(part);
      if (parts.length > 1) fields.push({ kind: 'split', view: splitView(element, parts), parts });
      else fields.push({ kind: 'single', view: element, parts: [element] });
    }
  }
  return fields;
}

function sameRadioGroup(a: ElementView, b: ElementView): boolean {
  if (b.role !== 'radio' || a.frameId !== b.frameId || a.formKey !== b.formKey) return false;
  const name = groupName(a);
  return name === '' ? a.labels.group === b.labels.group : name === groupName(b);
}

/** The shared `name` attribute comes first in `labels.name`; ids follow and differ. */
function groupName(radio: ElementView): string {
  return radio.labels.name.split(' ')[0] ?? '';
}

function radioView(first: ElementView, parts: readonly ElementView[]): ElementView {
  return {
    ...first,
    value: parts.find((part) => part.checked)?.name ?? '',
    // The label of one radio names an option; the group's legend and the text before it name the field.
    labels: {
      ...first.labels,
      label: '',
      aria: '',
      placeholder: '',
      title: '',
      near: first.labels.group || first.labels.near,
    },
    options: parts.map((part) => ({
      value: part.value,
      text: part.name,
      selected: part.checked,
      disabled: part.disabled,
    })),
    required: parts.some((part) => part.required),
  };
}

/** The run of short boxes in one row that starts at `index`; one box when it is an ordinary field. */
function splitRun(elements: readonly ElementView[], index: number): ElementView[] {
  const first = elements[index];
  if (first === undefined || !isShortBox(first)) return first === undefined ? [] : [first];
  const run = [first];
  for (const next of elements.slice(index + 1)) {
    const last = run.at(-1) ?? first;
    const sameRow = Math.abs(next.box.y - last.box.y) < 12 && next.box.x > last.box.x;
    if (!isShortBox(next) || !sameRow || next.formKey !== first.formKey || next.frameId !== first.frameId)
      break;
    if (!isContinuation(first, next)) break;
    run.push(next);
  }
  return run;
}

function isShortBox(element: ElementView): boolean {
  return (
    element.role === 'textbox' &&
    element.maxLength !== null &&
    element.maxLength > 0 &&
    element.maxLength <= 12
  );
}

/** A box that goes on with its neighbour's code has no name of its own. */
function isContinuation(first: ElementView, next: ElementView): boolean {
  const { label, aria, near, placeholder } = next.labels;
  const nameless = (text: string, of: string) =>
    text === of || /^[^a-zñ]*$/i.test(text) || /^[x_0-9\-/]+$/i.test(text);
  return (
    nameless(label, first.labels.label) &&
    nameless(stripIndex(aria), stripIndex(first.labels.aria)) &&
    nameless(near, first.labels.near) &&
    nameless(placeholder, first.labels.placeholder)
  );
}

function stripIndex(text: string): string {
  return text.replace(/\s*\(?\d+( (de|of|\/) \d+)?\)?$/, '');
}

function splitView(first: ElementView, parts: readonly ElementView[]): ElementView {
  return {
    ...first,
    maxLength: parts.reduce((sum, part) => sum + (part.maxLength ?? 0), 0),
    value: parts.map((part) => part.value).join(''),
  };
}
