/** Snapshots made by hand for tests: only what matters is said, the rest is as on a plain page. */
import type { ElementView, Snapshot, TaskFacts, TextView } from '../types.ts';

export type ElementParts = Partial<Omit<ElementView, 'labels'>> & { labels?: Partial<ElementView['labels']> };
export type SnapshotParts = Partial<Omit<Snapshot, 'elements' | 'texts'>> & {
  elements?: ElementParts[];
  texts?: (Partial<TextView> & { text: string })[];
};

let count = 0;

/** A control; without parts a visible, enabled, empty text box. Controls stand below one another in order of creation. */
export function element(parts: ElementParts = {}): ElementView {
  count += 1;
  const labels = {
    label: '',
    aria: '',
    near: '',
    placeholder: '',
    title: '',
    name: '',
    group: '',
    row: '',
    ...parts.labels,
  };
  return {
    id: `e${count}`,
    frameId: 'main',
    role: 'textbox',
    tag: 'input',
    type: 'text',
    name: labels.aria || labels.label || labels.near || labels.placeholder,
    value: '',
    checked: false,
    disabled: false,
    readonly: false,
    required: false,
    invalid: false,
    visible: true,
    covered: false,
    suspicious: false,
    besideCaptcha: false,
    options: [],
    maxLength: null,
    pattern: '',
    inputMode: '',
    autocomplete: '',
    href: '',
    download: false,
    expanded: null,
    inDialog: false,
    formKey: 'form',
    box: { x: 20, y: 20 + count * 30, width: 200, height: 24 },
    ...parts,
    labels,
  };
}

/** A labelled text box. */
export function box(label: string, parts: ElementParts = {}): ElementView {
  return element({ ...parts, labels: { label, ...parts.labels } });
}

export function button(name: string, parts: ElementParts = {}): ElementView {
  return element({ role: 'button', tag: 'button', type: 'submit', name, ...parts });
}

export function link(name: string, parts: ElementParts = {}): ElementView {
  return element({
    role: 'link',
    tag: 'a',
    type: '',
    name,
    href: 'https://tienda.example/ruta',
    formKey: '',
    ...parts,
  });
}

export function checkbox(label: string, parts: ElementParts = {}): ElementView {
  return element({
    role: 'checkbox',
    type: 'checkbox',
    name: label,
    ...parts,
    labels: { label, ...parts.labels },
  });
}

/** A native list; options as texts, or `value=text`. */
export function select(label: string, options: string[], parts: ElementParts = {}): ElementView {
  return element({
    role: 'select',
    tag: 'select',
    type: '',
    options: options.map((option, index) => {
      const [value = '', text] = option.includes('=') ? option.split('=') : [option, option];
      return { value, text: text ?? value, selected: index === 0, disabled: false };
    }),
    value: options[0]?.split('=').at(-1) ?? '',
    ...parts,
    labels: { label, ...parts.labels },
  });
}

export function snapshot(parts: SnapshotParts = {}): Snapshot {
  count += 1;
  return {
    id: `s${count}`,
    url: 'https://tienda.example/facturacion',
    title: 'Facturación',
    httpStatus: 200,
    frames: [{ id: 'main', url: 'https://tienda.example/facturacion', main: true, captcha: null }],
    nativeDialogs: [],
    tabs: [],
    downloads: [],
    fingerprint: 'page',
    ...parts,
    elements: (parts.elements ?? []).map((part) =>
      'id' in part && part.id !== undefined ? (part as ElementView) : element(part),
    ),
    texts: (parts.texts ?? []).map((text) => ({ frameId: 'main', kind: 'paragraph', ...text })),
  };
}

/** A task of a person who bought something with a folio. */
export function facts(
  parts: Partial<Omit<TaskFacts, 'ticket'>> & { ticket?: Partial<TaskFacts['ticket']> } = {},
): TaskFacts {
  return {
    vendorUrl: 'https://tienda.example/facturacion',
    profile: {
      rfc: 'CACX7605101P8',
      fullName: 'XOCHILT CASAS CHAVEZ',
      fiscalRegime: '612',
      postalCode: '36257',
      cfdiUse: 'G03',
      email: 'cliente@example.com',
    },
    paymentForm: '04',
    mailbox: 't-abc@inbound.example',
    ...parts,
    ticket: { amount: 1160, date: '2026-11-18', folio: 'A-004512', ...parts.ticket },
  };
}
